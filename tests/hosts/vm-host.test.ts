import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { execa } from "execa";
import { reachableEngine } from "../../toolchain/engine.ts";
import { ensureImages } from "../../toolchain/ensure-images.ts";
import { labEnvironment } from "../../toolchain/environment.ts";
import { ensureVmSnapshot } from "../../toolchain/vm-snapshot.ts";
import { Topology } from "../../topology/document.ts";
import { expectRemoved } from "../live/gone.ts";
import { inLabEnvironment, vethlab } from "../live/vethlab.ts";

/** A lab on a virtual machine: all that a lab on a container is, and a kernel of its own. */

const lab = "default-bridge";
const stack = `vm-host-${process.pid}`;
const host = `vethlab-${stack}-host1`;
const outside = `vethlab-${stack}-outside`;
const up = ["up", lab, "--stack", stack, "-c", "host=vm", "--json"];

/** An emulated processor is a tenth as fast, and its image and snapshot may have to be made first. */
const MAKING_LIMIT_MS = 900_000;
const LIMIT_MS = 240_000;

beforeAll(async () => {
  const engine = await reachableEngine();
  await ensureImages(engine, console.log, ["vm"]);
  await ensureVmSnapshot(engine, console.log);
}, MAKING_LIMIT_MS);
afterAll(async () => {
  await vethlab("down", stack);
}, LIMIT_MS);

async function mustUp(): Promise<{ changes: Record<string, number>; repairs: string[] }> {
  const { stdout, stderr } = await vethlab(...up);
  expect(stderr).toBe("");
  const outcome = JSON.parse(stdout) as {
    changes: Record<string, number>;
    repairs: string[];
    report: { results: { holds: boolean }[] };
  };
  expect(outcome.report.results.filter(({ holds }) => !holds)).toEqual([]);
  expect(outcome).toMatchObject({ ok: true, errors: [] });
  return outcome;
}

/** Runs a command on the host by the words that are recorded for it; fails only where docker does. */
async function onHost(command: string[], input?: Uint8Array | string) {
  const words = ["exec", "-i", host, "vethlab-vm", "exec", ...command];
  return execa("docker", words, {
    env: await labEnvironment(),
    reject: false,
    encoding: "buffer",
    maxBuffer: 50_000_000,
    ...(input === undefined ? {} : { input }),
  });
}

async function said(command: string[], input?: string): Promise<string> {
  return Buffer.from((await onHost(command, input)).stdout)
    .toString()
    .trim();
}

test(
  "up builds a lab whose claims hold, and a second up, or a refresh, changes nothing",
  async () => {
    await mustUp();
    const topology = Topology.parse(
      JSON.parse(
        (await inLabEnvironment("pulumi", "stack", "output", "topology", "--json", "--stack", stack)).stdout,
      ),
    );
    expect(topology.hosts.find(({ name }) => name === "host1")).toMatchObject({
      kind: "vm",
      shell: ["docker", "exec", "-i", host, "vethlab-vm", "exec"],
    });
    expect(Object.keys((await mustUp()).changes)).toEqual(["same"]);
    const pulumi = (...args: string[]) =>
      inLabEnvironment("pulumi", ...args, "--stack", stack, "--non-interactive");
    expect((await pulumi("refresh", "--yes", "--skip-preview")).code).toBe(0);
    expect((await pulumi("preview", "--expect-no-changes")).code).toBe(0);
  },
  LIMIT_MS,
);

describe("a command on the host", () => {
  test(
    "runs in the guest, on its kernel, with ip_vs and esp",
    async () => {
      const kernel = await said(["uname", "-r"]);
      expect(kernel).toContain("cloud");
      expect(kernel).not.toBe((await execa("uname", ["-r"])).stdout);
      expect(await said(["hostname"])).toBe("host1");
      const script = [
        "iptables -t nat -N try && iptables -t nat -A try -m ipvs --ipvs -j RETURN",
        "iptables -t nat -F try && iptables -t nat -X try && echo ip_vs",
        "key=0x0123456789abcdef0123456789abcdef01234567",
        "at='src 127.0.0.1 dst 127.0.0.2 proto esp spi 0x42'",
        "ip xfrm state add $at mode transport aead 'rfc4106(gcm(aes))' $key 64",
        "ip xfrm state delete $at && echo esp",
      ].join("\n");
      expect(await said(["sh"], script)).toBe("ip_vs\nesp");
    },
    LIMIT_MS,
  );

  test(
    "tells its exit status, and keeps its output and its errors apart",
    async () => {
      const { exitCode, stdout, stderr } = await onHost(["sh", "-c", "echo out; echo err >&2; exit 42"]);
      expect([exitCode, Buffer.from(stdout).toString(), Buffer.from(stderr).toString()]).toEqual([
        42,
        "out",
        "err",
      ]);
      expect((await onHost(["sh", "-c", "kill -TERM $$"])).exitCode).toBe(143);
      const missing = await onHost(["no-such-program"]);
      expect([missing.exitCode, Buffer.from(missing.stderr).toString()]).toEqual([
        127,
        "no-such-program: No such file or directory",
      ]);
      expect((await onHost(["/etc/hosts"])).exitCode).toBe(126);
    },
    LIMIT_MS,
  );

  test(
    "takes 8 MB of input and gives them back as they were",
    async () => {
      const input = Buffer.alloc(
        8_000_000,
        Uint8Array.from({ length: 251 }, (_, index) => index),
      );
      const { stdout } = await execa("docker", ["exec", "-i", host, "vethlab-vm", "exec", "cat"], {
        env: await labEnvironment(),
        encoding: "buffer",
        input,
        stripFinalNewline: false,
      });
      expect(Buffer.from(stdout).equals(input)).toBe(true);
    },
    LIMIT_MS,
  );

  test(
    "does not wait for what it leaves running, nor for other commands",
    async () => {
      const slow = onHost(["sleep", "20"]);
      const began = performance.now();
      expect(await said(["sh", "-c", "sleep 60 & echo left"])).toBe("left");
      const answers = await Promise.all(["a", "b", "c", "d"].map((word) => said(["echo", word])));
      expect(answers).toEqual(["a", "b", "c", "d"]);
      expect(performance.now() - began).toBeLessThan(20_000);
      expect((await slow).exitCode).toBe(0);
    },
    LIMIT_MS,
  );

  test(
    "ends with its input",
    async () => {
      expect(await said(["sh"], "echo one\necho two")).toBe("one\ntwo");
      expect(await said(["sh", "-c", "read -r line; echo got $line; cat"], "first\nrest")).toBe(
        "got first\nrest",
      );
    },
    LIMIT_MS,
  );
});

test(
  "what listens for the container is reached from no network of the lab",
  async () => {
    const env = await labEnvironment();
    const address = await said(["sh", "-c", "ip -4 -brief address show eth0 | grep -o '[0-9.]*/' | tr -d /"]);
    const fromOutside = (script: string) =>
      execa("docker", ["exec", outside, "sh", "-c", script], { env, reject: false });
    expect((await fromOutside(`ping -c 1 -W 5 ${address}`)).exitCode).toBe(0);
    expect((await fromOutside(`ip route add 169.254.254.2 via ${address}`)).exitCode).toBe(0);
    const ping = (at: string) => `curl -s -m 3 http://${at}:2375/_ping || echo silent`;
    // what lies beyond the lab may answer at any address, and then in other words
    for (const at of ["169.254.254.2", address]) {
      expect((await fromOutside(ping(at))).stdout).not.toBe("OK");
      expect(await said(["docker", "exec", "box1", "sh", "-c", ping(at)])).not.toBe("OK");
    }
    const fromContainer = ["exec", host, "wget", "-q", "-O", "-", "http://169.254.254.2:2375/_ping"];
    expect((await execa("docker", fromContainer, { env })).stdout).toBe("OK");
  },
  LIMIT_MS,
);

test(
  "a host that was started again is built anew by up",
  async () => {
    await inLabEnvironment("docker", "restart", "--time", "1", host);
    const { repairs } = await mustUp();
    expect(repairs).toEqual([expect.stringContaining(`${host} was started again`)]);
  },
  LIMIT_MS,
);

test("down leaves the machine as it was", () => expectRemoved(stack), LIMIT_MS);
