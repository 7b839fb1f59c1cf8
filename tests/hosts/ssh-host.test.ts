import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { lookAtSshMachines } from "../../toolchain/ssh-machines.ts";
import { sshTargets } from "../../topology/ssh.ts";
import { SshMachines } from "../ssh-machine/ssh-machine.ts";
import { vethlab } from "../live/vethlab.ts";

/** host=ssh: a lab on a machine of the user's, here a container with an SSH server and an engine. */

const stack = `ssh-${process.pid}`;
const machines = new SshMachines(1);
const box = (name: string): string => `vethlab-${stack}-${name}`;

jest.setTimeout(120_000);

const onSsh = (...hosts: string[]): string[] => [
  ...["-c", "host=ssh", "-c", `machines=${hosts.join(",")}`, "-c", `sshConfig=${machines.config}`],
];

/** All that a lab could leave on the machine. */
async function everything(): Promise<string> {
  const asked = [
    "docker ps --all --format '{{.Names}}'",
    "docker network ls --format '{{.ID}} {{.Name}}'",
    "docker volume ls --quiet; docker image ls --all --no-trunc --format '{{.ID}} {{.Repository}}:{{.Tag}}'",
    "iptables-save | grep -v '^#' | sed 's/ *\\[[0-9:]*\\]//'; ip -o link | cut -d: -f2; ip netns; ls /tmp",
  ];
  return machines.on(0, "sh", "-c", asked.join("; "));
}

let before = "";
beforeAll(async () => {
  await machines.start();
  before = await everything();
}, 300_000);
afterAll(async () => {
  await vethlab("down", stack);
  await machines.remove();
});

describe("a machine that cannot be used is refused within 10 s, and the reason told", () => {
  /** A configuration of ssh with something changed. */
  const otherConfig = (name: string, text: string): string => {
    const file = join(machines.folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };

  test.each<[what: string, host: () => string, config: () => string, said: string]>([
    [
      "nobody at the address",
      () => "ssh://root@192.0.2.1",
      () => machines.config,
      "does not answer to ssh within 10 s",
    ],
    [
      "no SSH server",
      () => "ssh://root@127.0.0.1:9",
      () => machines.config,
      "does not answer to ssh within 10 s",
    ],
    [
      "no key",
      () => machines.machines,
      () =>
        otherConfig(
          "no-key",
          `IdentitiesOnly yes\nIdentityFile none\nUserKnownHostsFile ${machines.folder}/known_hosts\n`,
        ),
      "lets nobody in with the keys that ssh has",
    ],
    [
      "unknown host key",
      () => machines.machines,
      () => otherConfig("unknown", "UserKnownHostsFile /dev/null\nStrictHostKeyChecking yes\n"),
      "shows a host key that is not in known_hosts",
    ],
  ])("%s", async (_what, host, config, said) => {
    const began = performance.now();
    const [found] = await lookAtSshMachines(sshTargets(host(), config()));
    expect(performance.now() - began).toBeLessThan(11_000);
    expect(found?.problem?.allowed).toContain(said);
  });

  test("no docker there", async () => {
    await machines.on(0, "mv", "/usr/bin/docker", "/usr/bin/docker.away");
    const { code, stderr } = await vethlab(
      "preview",
      "user-bridge",
      "--stack",
      stack,
      ...onSsh(machines.machines),
    );
    await machines.on(0, "mv", "/usr/bin/docker.away", "/usr/bin/docker");
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining(
        `config.machines: ${machines.machines}\n    has no docker command`,
      ) as unknown,
    });
  });

  test("a lab that needs a firewall of its own, and machines without host=ssh", async () => {
    const refused = await vethlab("preview", "nat-egress", "--stack", stack, ...onSsh(machines.machines));
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("config.host: ssh") as unknown,
    });
    const forgotten = await vethlab(
      "preview",
      "joined-web",
      "--stack",
      stack,
      "-c",
      `machines=${machines.machines}`,
    );
    expect(forgotten).toMatchObject({ code: 2, stderr: expect.stringContaining("-c host=ssh") as unknown });
  });
});

describe("user-bridge on a machine over ssh", () => {
  test("is built, and its claims hold", async () => {
    const ended = await vethlab(
      "up",
      "user-bridge",
      "--stack",
      stack,
      ...onSsh(machines.machines),
      "-c",
      "subnet=172.25.0.0/16",
      "--json",
    );
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: "" });
    const { addresses, report } = JSON.parse(ended.stdout) as {
      addresses: Record<string, Record<string, { address: string }>>;
      report: { ok: boolean; results: unknown[] };
    };
    expect(report.ok).toBe(true);
    expect(report.results.length).toBeGreaterThan(10);
    expect(addresses["box1"]?.["my-bridge"]?.address).toBe("172.25.0.2");
    const labels = '{{index .Config.Labels "vethlab.stack"}} {{index .Config.Labels "vethlab.lab"}}';
    expect(await machines.on(0, "docker", "inspect", "--format", labels, box("box1"))).toBe(
      `${stack} user-bridge`,
    );
  });

  test("words arrive as they are, with exit code and both outputs", async () => {
    const words = ["it's", '"two"', "$HOME `id`", "a\nb", "", "*", "\\", "ü"];
    expect(await vethlab("exec", stack, "host1", "--", "printf", "<%s>", ...words)).toMatchObject({
      code: 0,
      stdout: words.map((word) => `<${word}>`).join(""),
    });
    expect(
      await vethlab(
        "exec",
        stack,
        "box1",
        "--",
        "sh",
        "-c",
        'echo "$1"; echo err >&2; exit 7',
        "sh",
        "it's $x",
      ),
    ).toMatchObject({ code: 7, stdout: "it's $x\n", stderr: "err\n" });
  });

  test("a second up has nothing to do; nothing there is traced or captured", async () => {
    expect(JSON.parse((await vethlab("up", stack, "--json")).stdout)).toMatchObject({
      ok: true,
      repairs: [],
    });
    expect((await vethlab("preview", stack)).stdout).toContain("Nothing would change.");
    expect((await vethlab("trace", stack, "box1", "box2")).code).toBe(2);
    expect((await vethlab("capture", stack, "box1", "--count", "1")).code).toBe(2);
  });

  test("a claim that does not hold is seen, and what is stopped is mended", async () => {
    await machines.on(0, "docker", "stop", "--time", "0", box("box2"));
    expect((await vethlab("verify", stack)).code).toBe(1);
    const { health, findings } = JSON.parse((await vethlab("status", stack, "--json")).stdout) as {
      health: string;
      findings: string[];
    };
    expect({ health, findings }).toEqual({
      health: "stopped",
      findings: [`${box("box2")} is stopped: it is built anew`],
    });
    expect((await vethlab("up", stack)).code).toBe(0);
  });

  test("down removes all of it, also what was not recorded, and nothing else", async () => {
    await machines.on(0, "docker", "network", "create", "somebodys");
    const home = await machines.on(
      0,
      "docker",
      "inspect",
      "--format",
      '{{index .Config.Labels "vethlab.home"}}',
      box("box1"),
    );
    const labels = [`vethlab.stack=${stack}`, "vethlab.lab=user-bridge", `vethlab.home=${home}`];
    await machines.on(
      0,
      "docker",
      "network",
      "create",
      ...labels.flatMap((label) => ["--label", label]),
      "left-over",
    );
    expect(await vethlab("down", stack)).toMatchObject({ code: 0, stderr: "" });
    expect(await machines.on(0, "docker", "network", "rm", "somebodys")).toBe("somebodys");
    expect(await everything()).toBe(before);
    expect(await vethlab("down", stack)).toMatchObject({ code: 0 });
  });
});
