import { statSync } from "node:fs";
import { containsCidr } from "cidr-tools";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { underlaySubnet } from "../../topology/underlay.ts";
import { machineState } from "../machine-state.ts";
import { expectRemoved } from "./gone.ts";
import { Stack } from "./stack.ts";
import { inLabEnvironment, vethlab } from "./vethlab.ts";

jest.setTimeout(120_000);

let before: string[];
beforeAll(async () => {
  // Twice: for each network that it makes, the engine takes its jump to DOCKER-USER out for a moment.
  before = [...(await machineState()), ...(await machineState())];
});

describe("two stacks of one lab, side by side", () => {
  const left = "test-left";
  const right = meeting(left);
  const stacks = [left, right];
  afterAll(() => Promise.all(stacks.map((stack) => vethlab("down", stack))));

  test("come up at the same time, each verified, although both look for an underlay at the same place", async () => {
    const ends = await Promise.all(stacks.map((stack) => vethlab("up", "user-bridge", "--stack", stack)));
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
  });

  test("one goes without disturbing the other", async () => {
    await expectRemoved(left);
    expect((await vethlab("verify", right)).code).toBe(0);
    await expectRemoved(right);
  });
});

describe("a lab with a subnet where underlays are chosen", () => {
  const stack = "test-gives-way";
  afterAll(() => vethlab("down", stack));
  const up = async (subnet: string, ...more: string[]) => {
    const args = ["user-bridge", "--stack", stack, "--json", "-c", `subnet=${subnet}`, ...more];
    const { code, stdout } = await vethlab("up", ...args);
    const { addresses } = JSON.parse(stdout) as {
      addresses: Record<string, Record<string, { address: string }>>;
    };
    return { code, underlay: addresses["host1"]?.["underlay"]?.address };
  };

  test("the underlay gives way at first, and where a standing lab is given another subnet", async () => {
    const previewed = await vethlab(
      "preview",
      "user-bridge",
      "--stack",
      stack,
      "-c",
      "subnet=192.168.0.0/16",
    );
    expect(previewed).toMatchObject({ code: 0 });
    const beyond = expect.stringMatching(/^198\.1[89]\.\d+\.10$/) as unknown;
    expect(await up("192.168.0.0/16")).toEqual({ code: 0, underlay: beyond });
    expect(await up("192.168.0.0/17")).toEqual({ code: 0, underlay: beyond });
    const { code, underlay } = await up("198.18.0.0/15");
    expect({ code, underlay }).toMatchObject({
      code: 0,
      underlay: expect.stringMatching(/^192\.168\./) as unknown,
    });
  });

  test("one that is asked for does not", async () => {
    const args = ["-c", "subnet=192.168.0.0/16", "-c", "underlay=192.168.200.0/24"];
    const { code, stderr } = await vethlab("up", "user-bridge", "--stack", stack, ...args);
    expect(code).toBe(2);
    expect(stderr).toContain("overlaps 192.168.200.0/24 of the underlay\n");
    await expectRemoved(stack);
  });
});

describe("a lab that stands", () => {
  const stack = "test-standing";
  const plainUp = () =>
    inLabEnvironment("pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", stack);
  beforeAll(async () => {
    expect((await vethlab("up", "user-bridge", "--stack", stack)).code).toBe(0);
  });
  afterAll(() => vethlab("down", stack));

  test("listens on no TCP port, and its socket lies in a folder of the user's own", async () => {
    const host = `vethlab-${stack}-host1`;
    expect(await inLabEnvironment("docker", "port", host)).toMatchObject({ code: 0, stdout: "" });
    const folder = statSync(`/tmp/vethlab-${String(process.getuid?.())}/${stack}/host1`);
    expect({ mode: folder.mode & 0o777, uid: folder.uid }).toEqual({ mode: 0o700, uid: process.getuid?.() });
    const inside = await inLabEnvironment("docker", "exec", host, "cat", "/proc/net/tcp");
    // 127.0.0.11 is Docker's name server; nothing else listens in the host.
    expect(listening(inside.stdout).filter((address) => !address.startsWith("0B00007F"))).toEqual([]);
  });

  test("adds no firewall rule but the engine's own for its underlay network", async () => {
    // Other tests' labs come and go meanwhile: a rule may be for any network of the engine.
    const networks = await networksOfEngine();
    const now = await machineState();
    networks.push(...(await networksOfEngine()));
    const added = now.filter((line) => line.startsWith("iptables: ") && !before.includes(line));
    const own = networks.filter(({ name }) => name === `vethlab-${stack}-underlay`);
    expect(added.filter((rule) => own.some((network) => isFor(rule, network)))).not.toEqual([]);
    expect(added.filter((rule) => !networks.some((network) => isFor(rule, network)))).toEqual([]);
  });

  test("is given another subnet: its boxes are replaced with their network", async () => {
    expect((await vethlab("up", stack, "-c", "subnet=172.29.0.0/16")).code).toBe(0);
    const { stdout } = await vethlab("exec", stack, "box1", "--", "ip", "-brief", "address", "show", "eth0");
    expect(stdout).toContain("172.29.0.2/16");
  });

  test("is given a subnet that cannot be: it stands as before, and the setting is not kept", async () => {
    const refused = await vethlab("up", stack, "-c", "subnet=172.17.4.0/24");
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain("overlaps 172.17.0.0/16 of docker0 of host1");
    const preview = await vethlab("preview", stack, "-c", "subnet=172.17.4.0/24");
    expect(preview.code).not.toBe(0);
    expect(preview.stderr).toContain("overlaps 172.17.0.0/16 of docker0 of host1");
    expect(preview.stderr).not.toContain('"diagnostics"');
    expect((await vethlab("up", stack)).code).toBe(0);
  });

  test("loses its host: plain Pulumi does not end green, and one vethlab up mends it", async () => {
    for (const loss of [
      ["stop", "--time", "0"],
      ["rm", "--force", "--volumes"],
    ]) {
      await inLabEnvironment("docker", ...loss, `vethlab-${stack}-host1`);
      const { code, stdout } = await plainUp();
      expect({ code, stdout }).toMatchObject({
        code: 1,
        stdout: expect.stringContaining(`npx vethlab up ${stack} builds it anew`) as unknown,
      });
      expect((await vethlab("up", stack)).code).toBe(0);
      expect((await plainUp()).code).toBe(0);
    }
  });

  test("goes without a trace", () => expectRemoved(stack));
});

describe("a lab that is asked for wrongly", () => {
  const stack = new Stack("test-wrong", "user-bridge");
  beforeAll(() => stack.init({ subnet: "172.17.4.0/24" }));
  afterAll(() => vethlab("down", stack.name));

  test("is refused with what is wrong and how to mend it, and nothing is made", async () => {
    const { exitCode, all } = await stack.pulumi("up", "--yes", "--skip-preview");
    expect(exitCode).not.toBe(0);
    expect(all).toContain("networks.my-bridge.subnet: 172.17.4.0/24");
    expect(all).toContain("overlaps 172.17.0.0/16 of docker0 of host1");
    expect(all).toContain("fix: use 172.18.0.0/16, which is free");
    expect(all).not.toMatch(/^\s+at .*:\d+:\d+/m);
    expect(
      (await inLabEnvironment("docker", "ps", "-aq", "--filter", `label=vethlab.stack=${stack.name}`)).stdout,
    ).toBe("");
  });

  test("an unknown setting and an unknown lab are told apart from known ones", async () => {
    await stack.configure({ conectBox3: "true", subnet: "172.18.0.0/16" });
    expect((await stack.pulumi("preview")).all).toContain('did you mean "connectBox3"?');
    await stack.configure({ lab: "user-brigde" });
    expect((await stack.pulumi("preview")).all).toContain('did you mean "user-bridge"?');
    await expectRemoved(stack.name);
  });
});

/** A stack whose search for a free underlay begins where that of another does. */
function meeting(other: string): string {
  const begins = (stack: string): string => underlaySubnet({ stack }, { networksInUse: [] });
  let nth = 0;
  while (begins(`test-right-${nth}`) !== begins(other)) nth += 1;
  return `test-right-${nth}`;
}

/** Local addresses, in the kernel's hexadecimal form, on which something listens (state 0A). */
function listening(table: string): string[] {
  return table
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state]) => state === "0A")
    .map(([, address = ""]) => address);
}

interface EngineNetwork {
  name: string;
  bridge: string;
  subnets: string[];
}

async function networksOfEngine(): Promise<EngineNetwork[]> {
  const ids = (await inLabEnvironment("docker", "network", "ls", "--quiet")).stdout.trim().split("\n");
  const { stdout } = await inLabEnvironment("docker", "network", "inspect", ...ids);
  const networks = JSON.parse(stdout) as {
    Id: string;
    Name: string;
    IPAM: { Config: { Subnet: string }[] | null };
  }[];
  return networks.map(({ Id, Name, IPAM }) => ({
    name: Name,
    bridge: `br-${Id.slice(0, 12)}`,
    subnets: (IPAM.Config ?? []).map(({ Subnet }) => Subnet),
  }));
}

/** Whether a rule names a network's bridge, its subnet or an address in it. */
function isFor(rule: string, { bridge, subnets }: EngineNetwork): boolean {
  const addresses = rule.match(/\d+\.\d+\.\d+\.\d+(?:\/\d+)?/g) ?? [];
  return rule.includes(bridge) || addresses.some((address) => containsCidr(subnets, address));
}
