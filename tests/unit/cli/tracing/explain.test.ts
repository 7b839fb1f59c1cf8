import { describe, expect, test } from "@jest/globals";
import type { Link } from "../../../../checks/links.ts";
import { describeTrace } from "../../../../cli/tracing/describe.ts";
import { answerOf, hopsOf, outcomeOf, routeQuestionOf } from "../../../../cli/tracing/explain.ts";
import type { TraceEvent } from "../../../../cli/tracing/kernel-trace.ts";
import type { ObservedNamespace, RouteAnswer } from "../../../../cli/tracing/observations.ts";
import type { Hop } from "../../../../cli/tracing/packet-trace.ts";
import type { Sighting } from "../../../../cli/tracing/pcap.ts";
import { type Hook, readRuleset } from "../../../../cli/tracing/ruleset.ts";
import { passagesOf } from "../../../../cli/tracing/passages.ts";

/** box1 on my-bridge and web on docker0, both of host1, as their namespaces are seen; and a way from one to the other. */

const veth = (ifindex: number, ifname: string, peer: number, more: Partial<Link> = {}): Link => ({
  ifindex,
  ifname,
  flags: ["UP"],
  link_index: peer,
  linkinfo: { info_kind: "veth" },
  ...more,
});
const bridge = (ifindex: number, ifname: string, local: string): Link => ({
  ifindex,
  ifname,
  flags: ["UP"],
  linkinfo: { info_kind: "bridge" },
  addr_info: [{ local, prefixlen: 16 }],
});
const address = (local: string): Partial<Link> => ({ addr_info: [{ local, prefixlen: 16 }] });

let clock = 0n;
const seen = (
  interfaceIndex: number,
  direction: "in" | "out",
  [source, destination]: readonly [string, string],
  more: Partial<Sighting> = {},
): Sighting => ({
  time: (clock += 1000n),
  interfaceIndex,
  direction,
  forAnother: false,
  source,
  destination,
  ttl: 64,
  identification: 1,
  kind: "echo request",
  payload: Buffer.alloc(0),
  ...more,
});

const rule = (table: string, chain: string, hook: Hook, handle: number, verdict: string): TraceEvent => ({
  kind: "rule",
  table,
  chain,
  hook,
  handle,
  verdict,
  text: "",
});

const namespace = (
  name: string,
  links: Link[],
  more: Partial<ObservedNamespace> = {},
): ObservedNamespace => ({
  name,
  host: "host1",
  links,
  networks: new Map([["br-1", "my-bridge"]]),
  bridgePassesIptables: true,
  before: new Map(),
  after: new Map(),
  events: [],
  requests: [],
  answers: [],
  ...more,
});

const BOX1 = [veth(4, "eth0", 5, address("172.18.0.2"))];
const WEB = [veth(6, "eth0", 7, address("172.17.0.2"))];
const HOST1 = [
  { ...veth(2, "eth0", 99, address("192.168.33.10")) },
  bridge(3, "br-1", "172.18.0.1"),
  bridge(8, "docker0", "172.17.0.1"),
  veth(5, "veth5", 4, { master: "br-1" }),
  veth(7, "veth7", 6, { master: "docker0" }),
];
const listed = (count: number): string => `*nat
ip nat PREROUTING 6
ip nat DOCKER 9
-P PREROUTING ACCEPT -c 0 0
-N DOCKER
-A PREROUTING -m addrtype --dst-type LOCAL -c ${count} 84 -j DOCKER
-A DOCKER -p tcp -m tcp --dport 8080 -c ${count} 84 -j DNAT --to-destination 172.17.0.2:80
*filter
ip filter FORWARD 20
ip filter STAGE-1 21
ip filter STAGE-1 22
-P FORWARD DROP -c 0 0
-N STAGE-1
-A FORWARD -c ${count} 84 -j STAGE-1
-A STAGE-1 -s 10.0.0.0/8 -c 3 84 -j RETURN
-A STAGE-1 -o docker0 -c ${count} 84 -j DROP`;
const rules = { before: readRuleset(listed(7), []), after: readRuleset(listed(8), []) };

function explain(
  namespaces: readonly [ObservedNamespace, ...ObservedNamespace[]],
  routes: Record<string, Partial<RouteAnswer>> = {},
  answered = false,
  watched = false,
) {
  const passages = passagesOf(namespaces, namespaces[0]);
  const answers = new Map(
    passages.flatMap((passage) => {
      const answer = routes[passage.namespace.name];
      return routeQuestionOf(passage) !== undefined && answer !== undefined
        ? [[passage, { destination: "172.17.0.2", ...answer }] as const]
        : [];
    }),
  );
  const outcome = outcomeOf(passages, answers, { answered, target: "target", watched });
  return { passages, outcome, hops: hopsOf(passages, answers, namespaces) };
}

const short = (hop: Hop): string => {
  switch (hop.kind) {
    case "interface":
      return `${hop.at} ${hop.direction} ${hop.interface}`;
    case "rule":
      return `${hop.at} ${hop.table} ${hop.chain} #${String(hop.number)} ${hop.verdict} ${String(hop.packetsBefore)}->${String(hop.packetsAfter)}`;
    case "policy":
      return `${hop.at} ${hop.table} ${hop.chain} policy ${hop.verdict}`;
    case "translation":
      return `${hop.at} ${hop.what} ${hop.before} -> ${hop.after} by #${String(hop.by?.number)}`;
    default:
      return `${hop.at} ${hop.kind}`;
  }
};

describe("the way of a packet", () => {
  const way = ["172.18.0.2", "172.17.0.2"] as const;

  test("has no peer on another host, whose interfaces have the same numbers", () => {
    const { hops } = explain([
      namespace("box1", BOX1, { requests: [seen(4, "out", way)] }),
      namespace("host2", [veth(5, "other", 4)], { host: "host2" }),
      namespace("host1", HOST1),
    ]);
    expect(hops.find(({ kind }) => kind === "interface")).toMatchObject({
      peer: { at: "host1", interface: "veth5" },
    });
  });

  test("between two bridges ends at the rule that drops it", () => {
    const { outcome, hops } = explain(
      [
        namespace("box1", BOX1, { requests: [seen(4, "out", way)] }),
        namespace("host1", HOST1, {
          ...rules,
          requests: [seen(5, "in", way, { forAnother: true }), seen(3, "in", way)],
          events: [
            rule("filter", "FORWARD", "FORWARD", 20, "JUMP:STAGE-1"),
            rule("filter", "STAGE-1", "FORWARD", 22, "DROP"),
          ],
        }),
        namespace("web", WEB),
      ],
      { box1: { via: "172.18.0.1", interface: "eth0" }, host1: { interface: "docker0" } },
    );
    expect(hops.map(short)).toEqual([
      "box1 route",
      "box1 out eth0",
      "host1 in veth5",
      "host1 in br-1",
      "host1 route",
      "host1 filter FORWARD #1 JUMP:STAGE-1 7->8",
      "host1 filter STAGE-1 #2 DROP 7->8",
    ]);
    expect(hops[1]).toMatchObject({ peer: { at: "host1", interface: "veth5" } });
    expect(hops[2]).toMatchObject({ bridge: "br-1", network: "my-bridge" });
    expect(outcome).toMatchObject({
      result: "dropped",
      at: "host1",
      by: { table: "filter", chain: "STAGE-1", number: 2, rule: "-o docker0 -j DROP" },
    });
  });

  test("through a published port tells the rule that changed its address", () => {
    const tcp = { kind: "syn", sourcePort: 20_000 } as const;
    const before = ["172.18.0.2", "192.168.33.10"] as const;
    const { outcome, hops } = explain(
      [
        namespace("box1", BOX1, { requests: [seen(4, "out", before, { ...tcp, destinationPort: 8080 })] }),
        namespace("host1", HOST1, {
          ...rules,
          requests: [
            seen(5, "in", before, { ...tcp, destinationPort: 8080 }),
            seen(3, "in", before, { ...tcp, destinationPort: 8080 }),
            seen(8, "out", way, { ...tcp, destinationPort: 80, ttl: 63 }),
            seen(7, "out", way, { ...tcp, destinationPort: 80, ttl: 63 }),
          ],
          events: [
            rule("nat", "PREROUTING", "PREROUTING", 6, "JUMP:DOCKER"),
            rule("nat", "DOCKER", "PREROUTING", 9, "ACCEPT"),
            { kind: "policy", table: "filter", chain: "FORWARD", hook: "FORWARD", verdict: "ACCEPT" },
          ],
        }),
        namespace("web", WEB, { requests: [seen(6, "in", way, { ...tcp, destinationPort: 80, ttl: 63 })] }),
      ],
      { host1: { interface: "docker0" } },
    );
    expect(hops.map(short)).toEqual([
      "box1 out eth0",
      "host1 in veth5",
      "host1 in br-1",
      "host1 nat PREROUTING #1 JUMP:DOCKER 7->8",
      "host1 nat DOCKER #1 ACCEPT 7->8",
      "host1 destination 192.168.33.10:8080 -> 172.17.0.2:80 by #1",
      "host1 route",
      "host1 filter FORWARD policy ACCEPT",
      "host1 out docker0",
      "host1 out veth7",
      "web in eth0",
    ]);
    expect(outcome).toMatchObject({ result: "arrived", at: "web", packet: { destinationPort: 80 } });
  });

  test("over one bridge is not routed, and says whether iptables sees it", () => {
    const local = ["172.18.0.2", "172.18.0.3"] as const;
    const { hops, outcome } = explain([
      namespace("box1", BOX1, { requests: [seen(4, "out", local)] }),
      namespace("host1", [...HOST1, veth(9, "veth9", 10, { master: "br-1" })], {
        bridgePassesIptables: false,
        requests: [
          seen(5, "in", local, { forAnother: true }),
          // somebody captures on the bridge
          seen(3, "in", local, { forAnother: true }),
          seen(9, "out", local),
        ],
      }),
      namespace("box2", [veth(10, "eth0", 9, address("172.18.0.3"))], { requests: [seen(10, "in", local)] }),
    ]);
    expect(hops.map(short)).toEqual([
      "box1 out eth0",
      "host1 in veth5",
      "host1 bridge",
      "host1 out veth9",
      "box2 in eth0",
    ]);
    expect(hops[2]).toMatchObject({ bridge: "br-1", from: "veth5", to: "veth9", passesIptables: false });
    expect(outcome).toMatchObject({ result: "arrived", at: "box2" });
  });

  test("that is no way tells why", () => {
    const from = namespace("box1", BOX1);
    // nothing was seen: the passage is asked its route all the same, by who calls
    const lost = (part: Partial<RouteAnswer>) => {
      const answer = { destination: "172.18.0.9", ...part };
      const passages = passagesOf([from], from);
      return outcomeOf(passages, new Map(passages.map((passage) => [passage, answer])), {
        answered: false,
        target: "x",
        watched: true,
      });
    };
    expect(lost({ error: "Network is unreachable" })).toMatchObject({
      why: "no route: Network is unreachable",
    });
    expect(lost({ interface: "eth0", noNeighbour: "172.18.0.9" })).toMatchObject({
      why: "nobody answers ARP for 172.18.0.9 on eth0",
    });
    const policy: TraceEvent = {
      kind: "policy",
      table: "filter",
      chain: "OUTPUT",
      hook: "OUTPUT",
      verdict: "DROP",
    };
    expect(explain([{ ...from, events: [policy] }]).outcome).toMatchObject({
      result: "dropped",
      by: { kind: "policy", chain: "OUTPUT" },
    });
  });

  test("that ends where nobody watches has arrived when it was answered, and else is lost", () => {
    const from = namespace("box1", BOX1, { requests: [seen(4, "out", way)] });
    expect(explain([from], {}, true).outcome).toMatchObject({ result: "arrived", at: "target" });
    expect(explain([from]).outcome).toMatchObject({ result: "lost", at: "box1" });
    // The target is watched, and did not see it: the answer is of another.
    expect(explain([from], {}, true, true).outcome).toMatchObject({
      result: "lost",
      why: expect.stringMatching(
        /not seen again in the lab; somebody beyond the lab has answered$/,
      ) as unknown,
    });
  });
});

test("what the sending command said is the answer", () => {
  expect(answerOf("ping", { status: 0, output: "" }, [])).toEqual({ received: true, text: "reply" });
  expect(
    answerOf(
      "tcp",
      { status: 1, output: "nc: connect to 1.2.3.4 port 80 (tcp) failed: Connection refused" },
      [],
    ),
  ).toEqual({
    received: true,
    text: "refused",
  });
  expect(
    answerOf("ping", { status: 1, output: "From 172.18.0.1 icmp_seq=1 Packet filtered\n" }, []).text,
  ).toContain("Packet filtered");
  const answers = [seen(5, "in", ["172.18.0.3", "172.18.0.2"], { kind: "echo reply" })];
  expect(answerOf("ping", { status: 1, output: "" }, [namespace("host1", HOST1, { answers })])).toEqual({
    received: false,
    text: "no answer within 1 s",
    lastSeen: { at: "host1", interface: "veth5", direction: "in" },
  });
});

test("people read a numbered list", () => {
  const { hops, outcome } = explain([
    namespace("box1", BOX1, { requests: [seen(4, "out", ["172.18.0.2", "172.18.0.3"])] }),
  ]);
  const text = describeTrace({
    version: 1,
    stack: "demo",
    lab: "demo",
    from: "box1",
    to: { node: "box2", address: "172.18.0.3" },
    probe: "ping",
    command: "ping 172.18.0.3",
    hops,
    outcome,
    answer: { received: false, text: "no answer within 1 s" },
    watched: ["box1"],
    notes: [],
    seconds: 0.7,
  });
  expect(text).toContain(
    "in box1\n  1  out        eth0, 172.18.0.2/16: 172.18.0.2 → 172.18.0.3, ttl 64, +0 µs\n",
  );
  expect(text).toContain("Lost in box1: it left by eth0 and was not seen again in the lab.");
});
