import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import { ensureNeeds } from "../../cli/needs.ts";
import { labEnvironment } from "../../toolchain/environment.ts";
import { scriptCall } from "../../scripts/index.ts";
import { SWARM_LABEL } from "../../topology/labels.ts";
import { Stack } from "../live/stack.ts";

/** What goes wrong while a Swarm is made: it is told in plain words, in time, and nothing is left of it. */

jest.setTimeout(120_000);

interface Ended {
  exitCode?: number | undefined;
  stdout: string;
  stderr: string;
  seconds: number;
}

/** Host -> the words before a command that run it there. */
let shells = new Map<string, string[]>();

/** A command on a lab host. */
async function on(host: string, there: string[], input = ""): Promise<Ended> {
  const began = performance.now();
  const [command = "", ...words] = (shells.get(host) ?? []).concat(there);
  const { exitCode, stdout, stderr } = await execa(command, words, {
    env: await labEnvironment(),
    input,
    reject: false,
  });
  return { exitCode, stdout, stderr, seconds: (performance.now() - began) / 1000 };
}

/** What the script of a Swarm's nodes does for a node that is about to join. */
const swarm = (argument: "reach" | "join", { name, address }: typeof node, to: typeof manager): string[] =>
  scriptCall("swarm", argument, {
    NODE: name,
    ADDRESS: address,
    MANAGER: to.name,
    MANAGER_ADDRESS: to.address,
    VOLUME: "",
    SWARM_LABEL,
  });

async function must(host: string, text: string): Promise<string> {
  const { exitCode, stdout, stderr } = await on(host, ["bash", "-c", text]);
  if (exitCode !== 0) throw new Error(`on ${host}: ${stderr}`);
  return stdout.trim();
}

const stateOf = (host: string) => must(host, "docker info --format '{{.Swarm.LocalNodeState}}'");

let token = "";
let manager = { name: "host1", address: "" };
let node = { name: "", address: "" };

/** Builds a lab with a Swarm, and takes its last host out again. */
async function swarmWithout(stack: Stack, config: Record<string, string>): Promise<void> {
  await stack.init(config);
  await stack.up();
  const { hosts } = await stack.topology();
  shells = new Map(hosts.map(({ name, shell = [] }) => [name, shell]));
  const ends = hosts
    .filter(({ name }) => /^host\d$/.test(name))
    .map(({ name, address = "" }) => ({ name, address }));
  manager = ends[0] ?? manager;
  node = ends.at(-1) ?? node;
  token = await must("host1", "docker swarm join-token --quiet worker");
  await must(node.name, "docker swarm leave --force");
}

describe("on containers", () => {
  const stack = new Stack("test-swarm-failures", "swarm-dnsrr");
  beforeAll(() => swarmWithout(stack, { replicas: "1" }), 180_000);
  afterAll(() => stack.remove());

  describe("a port of the manager", () => {
    test.each([
      ["refuses", 2377, "REJECT --reject-with tcp-reset", "port 2377/tcp of host1 (ADDRESS) is closed"],
      ["refuses", 7946, "REJECT --reject-with tcp-reset", "port 7946/tcp of host1 (ADDRESS) is closed"],
      ["is silent", 2377, "DROP", "port 2377/tcp of host1 (ADDRESS) has not answered within 5 s"],
    ])("that %s (%d)", async (_how, port, target, said) => {
      const rule = `INPUT -p tcp -s ${node.address} --dport ${port} -j ${target}`;
      await must("host1", `iptables -I ${rule}`);
      const { exitCode, stderr, seconds } = await on("host3", swarm("reach", node, manager));
      await must("host1", `iptables -D ${rule}`);
      expect(exitCode).toBe(1);
      expect(stderr).toContain(
        `host3 cannot join the Swarm of host1: ${said.replace("ADDRESS", manager.address)}`,
      );
      expect(seconds).toBeLessThan(15);
    });
  });

  test("a host that is not there", async () => {
    const nobody = { name: "host1", address: manager.address.replace(/\d+$/, "99") };
    const { exitCode, stderr } = await on("host3", swarm("reach", node, nobody));
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/host3 cannot join the Swarm of host1: .*\.99/);
  });

  describe("a node that is not let in", () => {
    test("with a token of another Swarm, is in none afterwards", async () => {
      const other = token.replace(/-[a-z0-9]+$/, "-0000000000000000000000000");
      const { exitCode, stderr } = await on("host3", swarm("join", node, manager), other);
      expect(exitCode).toBe(1);
      expect(stderr).toContain("host3 cannot join the Swarm of host1: Docker says: ");
      expect(stderr).not.toContain(other);
      expect(await stateOf("host3")).toBe("inactive");
    });

    test("with an engine that is too old", async () => {
      // None so old can be had: a docker command that says so.
      const old = ["env", 'BASH_FUNC_docker%%=() { [ "$1" = info ] && echo "inactive - 1.11.2"; }'];
      const { exitCode, stderr } = await on("host3", old.concat(swarm("join", node, manager)), token);
      expect(exitCode).toBe(1);
      expect(stderr).toContain("its engine is Docker 1.11.2, and Swarm needs 1.12 or newer");
    });

    test("is let in once nothing is in the way, and again changes nothing", async () => {
      const reached = await on("host3", swarm("reach", node, manager));
      expect(reached).toMatchObject({ exitCode: 0, stderr: "" });
      const joined = await on("host3", swarm("join", node, manager), token);
      expect(joined).toMatchObject({ exitCode: 0, stderr: "" });
      expect(await stateOf("host3")).toBe("active");
      expect(await on("host3", swarm("join", node, manager), token)).toMatchObject({ stdout: joined.stdout });
    });
  });
});

describe("on virtual machines", () => {
  const stack = new Stack("test-swarm-clock", "swarm-encrypted");
  beforeAll(async () => {
    await ensureNeeds({ stack: stack.name, lab: "swarm-encrypted" }, { host: "vm" }, () => undefined);
    await swarmWithout(stack, { host: "vm" });
  }, 15 * 60_000);
  afterAll(() => stack.remove());

  test("a node whose clock is two days behind is not let in, and is once it is right", async () => {
    await must(node.name, "date -s '2 days ago'");
    const { exitCode, stderr } = await on(node.name, swarm("join", node, manager), token);
    expect(stderr).toContain(`${node.name} cannot join the Swarm of host1: the clocks of the two differ`);
    expect(exitCode).toBe(1);
    expect(await stateOf(node.name)).toBe("inactive");
    await must(node.name, "date -s '2 days'");
    expect(await on(node.name, swarm("join", node, manager), token)).toMatchObject({
      exitCode: 0,
      stderr: "",
    });
  });
});
