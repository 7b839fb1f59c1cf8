import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { imageReference } from "../../images/recipe.ts";
import type { Hop, PacketTrace, RuleHop } from "../../cli/tracing/packet-trace.ts";
import { tracesOf } from "../machine-state.ts";
import { randomFrom } from "../random.ts";
import { type Ended, inLabEnvironment, killTree, startVethlab, vethlab } from "../live/vethlab.ts";

/** Packets of a standing lab, followed and captured. */

const stack = `trace-${process.pid}`;
jest.setTimeout(60_000);

let folder = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "trace-test-"));
  const { code, stdout, stderr } = await vethlab("up", "user-bridge", "--stack", stack);
  if (code !== 0) throw new Error(stdout + stderr);
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await vethlab("down", stack);
  expect(await tracesOf(stack)).toEqual([]);
});

/** A shell script on the lab host. */
async function onHost(script: string): Promise<string> {
  const { code, stdout, stderr } = await vethlab("exec", stack, "host1", "--", "sh", "-ec", script);
  if (code !== 0) throw new Error(`${script}: ${stderr}`);
  return stdout.trim();
}

async function trace(from: string, to: string): Promise<PacketTrace> {
  const { code, stdout, stderr } = await vethlab("trace", stack, from, to, "--json");
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as PacketTrace;
}

const rulesOf = (hops: readonly Hop[]): RuleHop[] => hops.filter((hop) => hop.kind === "rule");

/** The hops at interfaces: `box1 out eth0`; a veth's name on the host is chance. */
const interfacesOf = (hops: readonly Hop[]): string[] =>
  hops
    .filter((hop) => hop.kind === "interface")
    .map(({ at, direction, interface: name, network }) => `${at} ${direction} ${network ?? name}`);

/** What a run must not leave on the lab host. */
const leftOver = (): Promise<string> =>
  onHost(`
    for table in $(iptables-save | sed -n 's/^[*]//p'); do iptables -t $table -S | grep vethlab-trace || true; done
    ls -d /tmp/vethlab-* 2>/dev/null || true
    ps -eo args | grep -E '^(tcpdump|xtables-monitor|nsenter)' || true`);

async function eventually(what: () => Promise<boolean>): Promise<boolean> {
  for (const began = Date.now(); Date.now() - began < 5000;) if (await what()) return true;
  return false;
}

describe("trace", () => {
  test("over one bridge: from port to port, seen by iptables where the kernel shows it", async () => {
    const { hops, outcome, answer } = await trace("box1", "box2");
    expect(interfacesOf(hops)).toEqual([
      "box1 out eth0",
      "host1 in my-bridge",
      "host1 out my-bridge",
      "box2 in eth0",
    ]);
    const shown = (await onHost("cat /proc/sys/net/bridge/bridge-nf-call-iptables")) === "1";
    expect(hops.find(({ kind }) => kind === "bridge")).toMatchObject({
      at: "host1",
      network: "my-bridge",
      passesIptables: shown,
    });
    expect(rulesOf(hops).length > 0).toBe(shown);
    const [out, into] = hops.filter((hop) => hop.kind === "interface");
    expect(out?.peer).toEqual({ at: "host1", interface: into?.interface });
    expect(outcome).toMatchObject({ result: "arrived", at: "box2" });
    expect(answer).toEqual({ received: true, text: "reply" });
  });

  test("between two bridges: dropped, and by which rule", async () => {
    const { hops, outcome, answer } = await trace("box1", "box3");
    expect(interfacesOf(hops)).toEqual(["box1 out eth0", "host1 in my-bridge", "host1 in my-bridge"]);
    expect(outcome).toMatchObject({
      result: "dropped",
      at: "host1",
      by: { table: "filter", chain: "DOCKER-ISOLATION-STAGE-2", verdict: "DROP", rule: "-o docker0 -j DROP" },
    });
    const last = rulesOf(hops).at(-1);
    expect(outcome).toMatchObject({ by: last });
    expect(last?.packetsAfter).toBe((last?.packetsBefore ?? 0) + 1);
    // the same number and text as iptables tells
    const listed = await onHost("iptables -S DOCKER-ISOLATION-STAGE-2");
    expect(listed.split("\n").filter((line) => line.startsWith("-A"))[(last?.number ?? 0) - 1]).toBe(
      "-A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP",
    );
    expect(answer.received).toBe(false);
  });

  test("egress: masqueraded, by which rule, and arrived outside with the host's address", async () => {
    const { hops, outcome } = await trace("box1", "outside");
    const address = await onHost("ip -4 -o address show eth0 | sed 's/.*inet //; s,/.*,,'");
    expect(hops.find(({ kind }) => kind === "translation")).toMatchObject({
      at: "host1",
      what: "source",
      before: "172.18.0.2",
      after: address,
      by: { table: "nat", chain: "POSTROUTING", rule: expect.stringContaining("-j MASQUERADE") as unknown },
    });
    expect(outcome).toMatchObject({ result: "arrived", at: "outside", packet: { source: address } });
  });

  test("a published port: DNAT by which rule, and arrived in a container that is no node", async () => {
    await onHost(`docker run -d --name web -p 8080:80 ${imageReference("box")} vethlab-web
        until docker exec web nc -z 127.0.0.1 80; do sleep 0.1; done`);
    try {
      const { hops, outcome, answer } = await trace("outside", "host1:8080");
      const web = await onHost("docker inspect -f '{{.NetworkSettings.IPAddress}}' web");
      expect(hops.find(({ kind }) => kind === "translation")).toMatchObject({
        what: "destination",
        after: `${web}:80`,
        by: {
          table: "nat",
          chain: "DOCKER",
          rule: expect.stringContaining("--dport 8080 -j DNAT") as unknown,
        },
      });
      expect(outcome).toMatchObject({ result: "arrived", at: "web", packet: { destination: web } });
      expect(answer).toEqual({ received: true, text: "connection open" });
      // from a box, Docker's rules leave it to the proxy
      expect((await trace("box1", "host1:8080")).outcome).toMatchObject({
        at: "host1",
        listener: "docker-proxy",
      });
    } finally {
      await onHost("docker rm -f web");
    }
  });

  test("finds a rule that was put anywhere, by its number and its counter", async () => {
    const seed = Number(process.env["TRACE_SEED"] ?? Date.now() % 1_000_000);
    console.log(`TRACE_SEED=${seed}`);
    const random = generator(seed);
    for (let round = 0; round < 4; round++) {
      // chains on the way from box1 to outside, and how many of their rules a packet passes by
      const [table, chain, passed] = random.of([
        ["filter", "FORWARD", 4],
        ["filter", "DOCKER-USER", 0],
        ["filter", "DOCKER-ISOLATION-STAGE-1", 2],
        ["filter", "DOCKER-ISOLATION-STAGE-2", 2],
        ["nat", "PREROUTING", 1],
        ["nat", "POSTROUTING", 0],
        ["raw", "PREROUTING", 0],
        ["mangle", "FORWARD", 0],
      ] as const);
      const verdict = table === "nat" ? "" : random.of(["", "-j DROP", "-j RETURN"]);
      const noise = random.upTo(4);
      const number = 1 + random.upTo(passed + noise + 1);
      const rule = `-s 172.18.0.2 -m comment --comment found-${seed}-${round} ${verdict}`.trim();
      await onHost(
        [
          ...Array.from(
            { length: noise },
            (_, index) => `iptables -t ${table} -I ${chain} 1 -s 198.51.100.${index} -j RETURN`,
          ),
          `iptables -t ${table} -I ${chain} ${number} ${rule}`,
        ].join("\n"),
      );
      const { hops, outcome } = await trace("box1", "outside");
      const found = rulesOf(hops).filter((hop) => hop.rule.includes(`found-${seed}-${round}`));
      const where = { round, table, chain, number };
      expect(found.map((hop) => ({ round, table: hop.table, chain: hop.chain, number: hop.number }))).toEqual(
        [where],
      );
      const { packetsBefore = NaN, packetsAfter = NaN } = found[0] ?? {};
      expect([packetsBefore, packetsAfter]).toEqual([0, 1]);
      if (verdict === "-j DROP") expect(outcome).toMatchObject({ result: "dropped", by: found[0] });
      else expect(outcome.result).toBe("arrived");
      await onHost(
        [
          `iptables -t ${table} -D ${chain} ${rule}`,
          ...Array.from(
            { length: noise },
            (_, index) => `iptables -t ${table} -D ${chain} -s 198.51.100.${index} -j RETURN`,
          ),
        ].join("\n"),
      );
    }
  });

  test("a policy that drops, an address that nobody has, and no route are told apart", async () => {
    await onHost("iptables -P INPUT DROP");
    expect((await trace("outside", "host1")).outcome).toMatchObject({
      result: "dropped",
      at: "host1",
      by: { kind: "policy", table: "filter", chain: "INPUT", verdict: "DROP" },
    });
    await onHost("iptables -P INPUT ACCEPT");
    expect((await trace("box1", "172.18.200.1")).outcome).toMatchObject({
      result: "lost",
      at: "box1",
      why: "nobody answers ARP for 172.18.200.1 on eth0",
    });
    await onHost("ip route add unreachable 198.51.100.0/24");
    const { hops, outcome } = await trace("host1", "198.51.100.1");
    expect(hops).toEqual([
      { kind: "route", at: "host1", destination: "198.51.100.1", error: "No route to host" },
    ]);
    expect(outcome).toEqual({ result: "lost", at: "host1", why: "no route: No route to host" });
  });

  test("people read a numbered list", async () => {
    const { stdout, code } = await vethlab("trace", stack, "box1", "box2");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^One packet from box1 to box2, 172\.18\.0\.3 \(ping\)/);
    expect(stdout).toMatch(/\nin host1\n +\d+ {2}in {9}veth\w+, port of br-\w+ \(my-bridge\)/);
    expect(stdout).toContain("Arrived in box2 as 172.18.0.2 → 172.18.0.3.");
  });

  test("wrong names are told, with what was meant", async () => {
    expect(await vethlab("trace", stack, "bxo1", "box2")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "box1"?') as unknown,
    });
    expect(await vethlab("trace", stack, "box1", "box2:99999")).toMatchObject({ code: 2 });
  });

  test.each(["SIGINT", "SIGKILL"] as const)(
    "%s in the midst leaves no rule and no process",
    async (signal) => {
      const { child, ended } = startVethlab(["trace", stack, "box1", "172.18.200.1"]);
      expect(await eventually(async () => (await leftOver()).includes("-j TRACE"))).toBe(true);
      if (signal === "SIGKILL") killTree(child.pid ?? 0);
      else child.kill(signal);
      await ended;
      expect(await eventually(async () => (await leftOver()) === "")).toBe(true);
    },
  );
});

describe("capture", () => {
  const capturing = (...args: string[]) => startVethlab(["capture", stack, ...args]);
  /** Pings until the capture has ended. */
  async function whilePinging(from: string, to: string, capture: Promise<Ended>): Promise<Ended> {
    const pinging = startVethlab(["exec", stack, from, "--", "ping", "-i", "0.2", "-w", "20", to]);
    try {
      return await capture;
    } finally {
      pinging.child.kill("SIGKILL");
      await onHost("pkill -x ping || true");
    }
  }

  test.each([
    ["a box", "box1", /eth0 +(?:In|Out) +IP 172\.18\.0\.[23] > 172\.18\.0\.[23]: ICMP echo/],
    ["a host", "host1", /veth\w+ +(?:In|Out|P) +IP 172\.18\.0\.[23] > 172\.18\.0\.[23]: ICMP echo/],
    ["a network, at its bridge", "my-bridge", /IP 172\.18\.0\.[23] > 172\.18\.0\.[23]: ICMP echo/],
  ])("of %s as text, so many packets", async (_what, where, line) => {
    const { code, stdout, stderr } = await whilePinging(
      "box1",
      "172.18.0.3",
      capturing(where, "--filter", "icmp and host 172.18.0.3", "--count", "3").ended,
    );
    expect({ code, stderr: stderr.trim().split("\n") }).toEqual({
      code: 0,
      stderr: [expect.stringContaining("Capturing: "), "3 packets"] as unknown,
    });
    expect(stdout.trim().split("\n")).toHaveLength(3);
    for (const one of stdout.trim().split("\n")) expect(one).toMatch(line);
  });

  test("of a box on the user's engine, with tools that are lent to it; into a file, for so long", async () => {
    const file = join(folder, "outside.pcap");
    const { code, stderr } = await whilePinging(
      "box1",
      "203.0.113.10",
      capturing("outside", "--filter", "icmp", "--write", file, "--seconds", "1.5").ended,
    );
    expect(code).toBe(0);
    const [, count] = /(\d+) packets in /.exec(stderr) ?? [];
    expect(Number(count)).toBeGreaterThan(2);
    expect(await readBack(readFileSync(file))).toHaveLength(Number(count));
    expect(
      (await inLabEnvironment("docker", "ps", "--format", "{{.Names}} {{.Command}}")).stdout,
    ).not.toContain("tcpdump");
  });

  test("streams a pcap file to standard output, and ends in order at Ctrl-C", async () => {
    const { child, ended } = capturing("box1", "--write", "-", "--filter", "icmp");
    const chunks: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
    const all = await whilePinging(
      "box1",
      "172.18.0.3",
      (async () => {
        // header, and a few packets
        await eventually(
          () =>
            new Promise((resolve) =>
              setTimeout(() => {
                resolve(Buffer.concat(chunks).length > 500);
              }, 50),
            ),
        );
        child.kill("SIGINT");
        return ended;
      })(),
    );
    expect(all.code).toBe(0);
    const [, count] = /(\d+) packets\n$/.exec(all.stderr) ?? [];
    expect(await readBack(Buffer.concat(chunks))).toHaveLength(Number(count));
    expect(await leftOver()).toBe("");
  });

  test("a filter that is none is tcpdump's to explain, and costs no file", async () => {
    const file = join(folder, "none.pcap");
    const { code, stderr } = await capturing("box1", "--filter", "icmp and and", "--write", file).ended;
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining("can't parse filter expression") as unknown,
    });
    expect(existsSync(file)).toBe(false);
    expect(await leftOver()).toBe("");
  });

  test("that is killed leaves nothing running", async () => {
    for (const where of ["box1", "my-bridge", "outside"]) {
      const { child, ended } = capturing(where);
      let said = "";
      child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
      expect(
        await eventually(
          () =>
            new Promise((resolve) =>
              setTimeout(() => {
                resolve(said.includes("Capturing"));
              }, 50),
            ),
        ),
      ).toBe(true);
      killTree(child.pid ?? 0);
      await ended;
      expect(await eventually(async () => (await leftOver()) === "")).toBe(true);
      const lent = ["ps", "--all", "--quiet", "--filter", `label=vethlab.stack=${stack}`];
      expect(
        await eventually(
          async () => (await inLabEnvironment("docker", ...lent)).stdout.trim().split("\n").length === 2,
        ),
      ).toBe(true);
    }
  });

  test("does not enter the machine's own network", async () => {
    const { code, stderr } = await capturing("underlay").ended;
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining("Capture at one of its nodes: outside, host1") as unknown,
    });
  });
});

/** The lines that tcpdump, another reader than ours, finds in a pcap file. */
async function readBack(pcap: Buffer): Promise<string[]> {
  const read = await onHost(
    `echo ${pcap.toString("base64")} | base64 -d | tcpdump -Z root -n -r - 2>/dev/null`,
  );
  return read === "" ? [] : read.split("\n");
}

/** Random choices that a seed repeats. */
function generator(seed: number): { upTo: (below: number) => number; of: <T>(choices: readonly T[]) => T } {
  const random = randomFrom(seed);
  const upTo = (below: number): number => Math.floor(random() * below);
  return {
    upTo,
    of: (choices) => {
      const choice = choices[upTo(choices.length)];
      if (choice === undefined) throw new Error("nothing to choose from");
      return choice;
    },
  };
}
