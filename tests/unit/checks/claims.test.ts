import { expect, test } from "@jest/globals";
import * as claims from "../../../checks/claims.ts";
import { validateClaims } from "../../../checks/validate.ts";
import { Claim, InspectionClaim, NegativeClaim, PositiveClaim } from "../../../topology/claims/index.ts";
import type { Topology } from "../../../topology/document.ts";
import { LabError } from "../../../topology/problems.ts";
import { falseClaims } from "../../labs/false-claims.ts";
import { labWith } from "./lab.ts";

const controls = [
  claims.pingProbe("box1", "box2"),
  claims.pingProbe("box3", claims.address("127.0.0.1")),
] as const;

const masquerade = { table: "nat", chain: "POSTROUTING", rule: "-j MASQUERADE" } as const;
const myBridge = { networkName: "my-bridge", engineName: "my-bridge", host: { hostName: "host1" } };

const all: [string, Claim][] = [
  ["box1 pings box2", claims.ping("box1", "box2")],
  ["box1 pings box2 on my-bridge", claims.ping("box1", "box2", { network: "my-bridge" })],
  ["box1 pings box2 by name", claims.pingByName("box1", "box2")],
  ["box1 pings 203.0.113.10", claims.pingAddress("box1", "203.0.113.10")],
  ["box1 resolves box2 to box2", claims.resolves("box1", "box2", ["box2"])],
  ["box3 gets http from 127.0.0.1", claims.http("box3", "127.0.0.1", { contains: "hello" })],
  ["box3 gets http from box1 port 8080", claims.http("box3", "box1", { port: 8080 })],
  [
    "box3 gets http from box2 port 8080, answered by box1",
    claims.http("box3", "box2", { port: 8080, by: "box1" }),
  ],
  ["box1 connects to box2 port 80", claims.tcp("box1", "box2", 80)],
  ["box3 gets no reply from box1", claims.noPing("box3", "box1", { controls })],
  ["box3 has no way to box1", claims.noWay("box3", "box1", { controls })],
  ["box1 gets no reply from 8.8.8.8", claims.noPingAddress("box1", "8.8.8.8", { controls })],
  ["box3 cannot ping box1 by name", claims.noPingByName("box3", "box1", { controls })],
  ["box3 does not know the name box1", claims.unknownName("box3", "box1", { controls })],
  ["box3 gets no http from box1", claims.noHttp("box3", "box1", { controls })],
  ["box3 is refused http by 127.0.0.1", claims.httpRefused("box3", "127.0.0.1", { controls })],
  ["box3 gets no connection to box1 port 80", claims.noTcp("box3", "box1", 80, { controls })],
  ["box3 is refused by box1 port 81", claims.tcpRefused("box3", "box1", 81, { controls })],
  ["box1 has only lo, eth0", claims.interfaces("box1", ["lo", "eth0"])],
  ["box1 has one interface beside lo", claims.interfaceCount("box1", 1)],
  ["box1 has no interfaces beside lo", claims.interfaceCount("box1", 0)],
  ["joined has the interfaces of box3", claims.sameInterfaces("joined", "box3")],
  [
    "eth0 of box3 is paired with a veth on docker0 of host1",
    claims.vethPair("box3", "eth0", { peerNode: "host1", bridge: "docker0" }),
  ],
  ["docker0 of host1 has 2 ports", claims.bridgePorts("host1", "docker0", 2)],
  ["the default route of box3 is 172.17.0.1", claims.defaultRoute("box3", "172.17.0.1")],
  ["namespace box3 on host1 is that of box3", claims.namedNamespace("host1", "box3", "box3")],
  ["box1 port 8080 sees box3 as 172.17.0.2", claims.seenAs("box3", "box1", "172.17.0.2", { port: 8080 })],
  ["POSTROUTING in nat on host1 has -j MASQUERADE", claims.rule("host1", masquerade)],
  ["POSTROUTING in nat on host1 has no -j MASQUERADE", claims.noRule("host1", masquerade)],
  [
    "the policy of FORWARD in filter on host1 is DROP",
    claims.chainPolicy("host1", { table: "filter", chain: "FORWARD", policy: "DROP" }),
  ],
  ["my-bridge lists box1, box2", claims.members(myBridge, ["box1", "box2"])],
  ["my-bridge lists nobody", claims.members(myBridge, [])],
  ["host1 has the network my-bridge", claims.network(myBridge)],
  ["host1 has no network my-bridge", claims.noNetwork(myBridge)],
];

test.each(all)("%s", (summary, claim) => {
  expect(claim.summary).toBe(summary);
  expect(Claim.parse(claim)).toEqual(claim);
  expect(() => {
    validateClaims(labWith(claim));
  }).not.toThrow();
});

test("each kind of inspection and each answer has a lab of which it is false", () => {
  const claimed = Object.values(falseClaims)
    .flat()
    .map(({ claim }) => ("inspect" in claim ? claim.inspect.kind : claim.expect.answer));
  const known = [
    ...InspectionClaim.shape.inspect.options.map(({ shape }) => shape.kind.value),
    ...[PositiveClaim, NegativeClaim].flatMap(({ shape }) =>
      shape.expect.options.map((option) => option.shape.answer.value),
    ),
  ];
  expect(known.filter((one) => !claimed.includes(one))).toEqual([]);
});

test("nodes of two hosts share no namespace, and no veth pair is known to join them", () => {
  const two = (claim: Claim): Topology => {
    const lab = labWith(claim);
    return {
      ...lab,
      hosts: [...lab.hosts, { name: "host2", kind: "container" }],
      nodes: [...lab.nodes, { name: "box9", kind: "container", host: "host2", interfaces: [] }],
    };
  };
  for (const claim of [
    claims.vethPair("box1", "eth0", { peerNode: "box9" }),
    claims.sameInterfaces("box1", "box9"),
    claims.namedNamespace("host1", "box9", "box9"),
  ]) {
    expect(() => {
      validateClaims(two(claim));
    }).toThrow(/box9\n {4}is on host2, and (box1|host1) on host1\n {4}fix: name two nodes of one host/);
  }
});

/** What a program may write whose types nobody has checked: an option that is misspelt, or unknown. */
const written = (known: object, unknown: string): never => ({ ...known, [unknown]: 80 }) as never;
const during = claims.pingProbe("box1", "box2");

test.each<[place: string, fix: string, make: () => unknown]>([
  ["ping(box1, box2).netwrk", "network", () => claims.ping("box1", "box2", written({}, "netwrk"))],
  ["mesh(box1, box2).bye", "by", () => claims.mesh(["box1", "box2"], written({}, "bye"))],
  [
    "http(box1, box2 by name).prot",
    "port",
    () => claims.http("box1", claims.nameOf("box2"), written({}, "prot")),
  ],
  ["http(box1, box2).contain", "contains", () => claims.http("box1", "box2", written({}, "contain"))],
  ["httpProbe(box1, box2).pth", "path", () => claims.httpProbe("box1", "box2", written({}, "pth"))],
  ["seenAs(box1, box2).porte", "port", () => claims.seenAs("box1", "box2", "10.0.0.1", written({}, "porte"))],
  [
    "noPing(box1, box2).networks",
    "network",
    () => claims.noPing("box1", "box2", written({ controls }, "networks")),
  ],
  [
    "noPingAddress(box1, 8.8.8.8).control",
    "controls",
    () => claims.noPingAddress("box1", "8.8.8.8", written({}, "control")),
  ],
  [
    "noPingHost(box1, x.example).control",
    "controls",
    () => claims.noPingHost("box1", "x.example", written({}, "control")),
  ],
  [
    "noPingByName(box1, box2).control",
    "controls",
    () => claims.noPingByName("box1", "box2", written({}, "control")),
  ],
  [
    "noAddressForName(box1, box2).control",
    "controls",
    () => claims.noAddressForName("box1", "box2", written({}, "control")),
  ],
  [
    "noWay(box1, box2).networks",
    "network",
    () => claims.noWay("box1", "box2", written({ controls }, "networks")),
  ],
  [
    "unknownName(box1, box2).control",
    "controls",
    () => claims.unknownName("box1", "box2", written({}, "control")),
  ],
  ["noHttp(box1, box2).prot", "port", () => claims.noHttp("box1", "box2", written({ controls }, "prot"))],
  [
    "httpRefused(box1, box2).prot",
    "port",
    () => claims.httpRefused("box1", "box2", written({ controls }, "prot")),
  ],
  ["noTcp(box1, box2).control", "controls", () => claims.noTcp("box1", "box2", 80, written({}, "control"))],
  [
    "tcpRefused(box1, box2).control",
    "controls",
    () => claims.tcpRefused("box1", "box2", 80, written({}, "control")),
  ],
  [
    "vethPair(box1).peer",
    "peerNode",
    () => claims.vethPair("box1", "eth0", written({ peerNode: "box2" }, "peer")),
  ],
  ["rule(host1).chains", "chain", () => claims.rule("host1", written(masquerade, "chains"))],
  ["noRule(host1).chains", "chain", () => claims.noRule("host1", written(masquerade, "chains"))],
  ["chainPolicy(host1).rule", "table", () => claims.chainPolicy("host1", written({}, "rule"))],
  ["keyInStore(host1).urls", "url", () => claims.keyInStore("host1", {} as never, written({}, "urls"))],
  [
    "tasksCutOff(my-test).reached",
    "reachedOn",
    () => claims.tasksCutOff("my-test", "net", written({}, "reached")),
  ],
  [
    "loadSpread(box1, box2).request",
    "requests",
    () => claims.loadSpread("box1", "box2", "my-test", written({}, "request")),
  ],
  [
    "wire(host1).notseen",
    "notSeen",
    () => claims.wire("host1", written({ during, seen: claims.esp }, "notseen")),
  ],
  [
    "wire(host1).filters",
    "filter",
    () => claims.wire("host1", { during, seen: written(claims.esp, "filters") }),
  ],
])("%s is refused, and %s is named", (place, fix, make) => {
  expect(make).toThrow(`There is a problem:\n  ${place}: 80\n    there is no such argument\n`);
  expect(make).toThrow(new RegExp(`fix: .*${fix}`));
});

const web = { node: "box1" };
const other = { node: "box3" };
const machine = { hostName: "host1" };
const bothEnds = { controls: [claims.pingProbe(web, machine), claims.pingProbe(other, machine)] } as const;
const byName = { controls: [claims.pingProbe("box1", "host1"), claims.pingProbe("box3", "host1")] } as const;
const service = { serviceName: "my-test" };
const overlay = { networkName: "my-overlay" };

/** With components, and with their names. */
const pairs: [Claim | Claim[], Claim | Claim[]][] = [
  [claims.ping(machine, web), claims.ping("host1", "box1")],
  [claims.pingByName(web, other), claims.pingByName("box1", "box3")],
  [claims.mesh([web, other], { by: "name" }), claims.mesh(["box1", "box3"], { by: "name" })],
  [claims.http(web, other, { port: 8080 }), claims.http("box1", "box3", { port: 8080 })],
  [claims.seenAs(web, machine, "172.18.0.2"), claims.seenAs("box1", "host1", "172.18.0.2")],
  [claims.tcp(web, claims.nameOf(other), 80), claims.tcp("box1", claims.nameOf("box3"), 80)],
  [claims.resolves(web, "box3", [other]), claims.resolves("box1", "box3", ["box3"])],
  [claims.noPing(web, other, bothEnds), claims.noPing("box1", "box3", byName)],
  [claims.noWay(web, other, bothEnds), claims.noWay("box1", "box3", byName)],
  [claims.noPingByName(web, other, bothEnds), claims.noPingByName("box1", "box3", byName)],
  [claims.noHttp(web, other, bothEnds), claims.noHttp("box1", "box3", byName)],
  [claims.tcpRefused(web, other, 81, bothEnds), claims.tcpRefused("box1", "box3", 81, byName)],
  [claims.unknownName(web, "box3", bothEnds), claims.unknownName("box1", "box3", byName)],
  [claims.interfaces(web, ["lo"]), claims.interfaces("box1", ["lo"])],
  [claims.sameInterfaces(web, other), claims.sameInterfaces("box1", "box3")],
  [
    claims.vethPair(web, "eth0", { peerNode: machine, bridge: "docker0" }),
    claims.vethPair("box1", "eth0", { peerNode: "host1", bridge: "docker0" }),
  ],
  [claims.defaultRoute(web, machine), claims.defaultRoute("box1", "host1")],
  [claims.namedNamespace(machine, "x", web), claims.namedNamespace("host1", "x", "box1")],
  [claims.rule(machine, masquerade), claims.rule("host1", masquerade)],
  [claims.members(myBridge, [web, other]), claims.members(myBridge, ["box1", "box3"])],
  [claims.overlayRefused(machine), claims.overlayRefused("host1")],
  [
    claims.portsApart(machine, { networkName: "docker_gwbridge" }, [web, other]),
    claims.portsApart("host1", "docker_gwbridge", ["box1", "box3"]),
  ],
  [claims.taskNames(web, service, overlay), claims.taskNames("box1", "my-test", "my-overlay")],
  [claims.loadSpread(service, machine, service), claims.loadSpread("my-test", "host1", "my-test")],
  [
    claims.wire(machine, { during: claims.pingProbe(web, other), seen: claims.vxlanOf(overlay) }),
    claims.wire("host1", { during: claims.pingProbe("box1", "box3"), seen: claims.vxlanOf("my-overlay") }),
  ],
];

test.each(pairs)("components stand for their names: %j", (withComponents, withNames) => {
  expect(withComponents).toEqual(withNames);
});

test("a mesh is all ordered pairs", () => {
  expect(claims.mesh(["a", "b", "c"], { by: "name" }).map(({ summary }) => summary)).toEqual([
    "a pings b by name",
    "a pings c by name",
    "b pings a by name",
    "b pings c by name",
    "c pings a by name",
    "c pings b by name",
  ]);
});

function problemsOf(...broken: Claim[]): string[] {
  try {
    validateClaims(labWith(...broken));
    return [];
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return error.problems.map(({ place, value, allowed, fix }) => [place, value, allowed, fix].join(" | "));
  }
}

test("claims about what is not there are all reported", () => {
  expect(
    problemsOf(
      claims.ping("boxx1", "box2"),
      claims.ping("box1", "box2", { network: "my-brige" }),
      claims.pingByName("box1", "bix2"),
      claims.pingAddress("box1", "203.0.113.256"),
      claims.noPing("box3", "box1", { controls: [claims.pingProbe("box33", "box1")] }),
      claims.interfaces("hots1", ["lo"]),
    ),
  ).toEqual([
    'claims."boxx1 pings box2".from | boxx1 | the lab has no such node | did you mean "box1"?',
    'claims."box1 pings box2 on my-brige".to | my-brige | box2 is not on this network | did you mean "my-bridge"?',
    'claims."box1 pings bix2 by name".to | bix2 | the lab has no such node | did you mean "box2"?',
    'claims."box1 pings 203.0.113.256".to | 203.0.113.256 | is no IPv4 address | for example 203.0.113.10',
    'claims."box3 gets no reply from box1".controls[0].from | box33 | the lab has no such node | did you mean "box3"?',
    'claims."hots1 has only lo" | hots1 | the lab has no such node | did you mean "host1"?',
  ]);
});

test("a claim must not be its own control, nor expect what its probe cannot show", () => {
  const probe = claims.pingProbe("box3", "box1");
  expect(problemsOf(claims.noPing("box3", "box1", { controls: [probe] }))).toEqual([
    expect.stringContaining("is the very probe that must not be answered"),
  ]);
  expect(problemsOf({ summary: "x", probe, expect: { answer: "open" } })).toEqual([
    'claims."x".expect | open | a ping probe cannot show this | use one of: reply, no reply, no way, unknown name, unresolved',
  ]);
});
