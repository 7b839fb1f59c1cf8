import { describe, expect, test } from "@jest/globals";
import {
  factsBy,
  readInterfaces,
  readNetworks,
  readRoutes,
  readRules,
} from "../../../../cli/mending/facts.ts";
import { readMembers, readServices } from "../../../../cli/mending/swarm-facts.ts";
import { compareFacts, describeDrift } from "../../../../cli/mending/standing.ts";
import type { Answer, Question } from "../../../../reach/asking.ts";
import type { Topology } from "../../../../topology/document.ts";

const links = (change: object = {}): string =>
  JSON.stringify([
    { ifname: "veth1a2b3c4", flags: ["UP"], mtu: 1500, addr_info: [] },
    {
      ifname: "eth0",
      flags: ["UP"],
      mtu: 1500,
      address: "02:42:ac:12:00:02",
      addr_info: [
        { family: "inet", local: "172.18.0.2", prefixlen: 16 },
        { family: "inet6", local: "fe80::1", prefixlen: 64 },
      ],
      ...change,
    },
  ]);

describe("what is read", () => {
  test("of services and nodes of a Swarm: what these were told", () => {
    const spec = (more: object) => ({
      Spec: {
        Name: "web",
        Mode: { Replicated: { Replicas: 3 } },
        TaskTemplate: {
          ContainerSpec: { Image: "box", Args: ["sh", "-c", "a b"] },
          Placement: { Constraints: ["node.role==manager"] },
          Networks: [{ Target: "abc" }],
          ForceUpdate: 7,
        },
        EndpointSpec: {
          Mode: "dnsrr",
          Ports: [{ Protocol: "tcp", TargetPort: 80, PublishedPort: 8080, PublishMode: "host" }],
        },
        ...more,
      },
    });
    const bare = { Name: "all", Mode: { Global: {} }, TaskTemplate: { ContainerSpec: { Image: "box" } } };
    expect(readServices(JSON.stringify([spec({}), spec({ ...bare, EndpointSpec: {} })]))).toEqual([
      "service web: replicas 3",
      "service web: image box",
      'service web: command ["sh","-c","a b"]',
      "service web: constraint node.role==manager",
      "service web: network abc",
      "service web: endpoint mode dnsrr",
      "service web: port 8080 -> 80/tcp, host",
      "service all: global",
      "service all: image box",
      "service all: command of the image",
      "service all: endpoint mode vip",
    ]);
    const member = (Labels: object | null) => ({
      Spec: { Labels, Role: "worker", Availability: "drain" },
      Description: { Hostname: "vm" },
      Status: { State: "down" },
    });
    const members = [member({ "vethlab.node": "host2", disk: "ssd" }), member(null)];
    expect(readMembers(JSON.stringify(members))).toEqual([
      "host2 in the Swarm: worker, drain, label disk=ssd",
      "vm in the Swarm: worker, drain",
    ]);
  });

  test("of interfaces: their state and addresses; Docker's own ends of veth pairs are left out", () => {
    expect(readInterfaces(links())).toEqual(["interface eth0: up, mtu 1500", "172.18.0.2/16 on eth0"]);
    expect(readInterfaces(links(), { macs: true })[0]).toBe(
      "interface eth0: up, mtu 1500, MAC 02:42:ac:12:00:02",
    );
    expect(readInterfaces(links({ flags: ["NO-CARRIER"], master: "br0" }))[0]).toBe(
      "interface eth0: down, no carrier, mtu 1500, port of br0",
    );
    expect(readInterfaces(links({ flags: ["UP", "NO-CARRIER"], linkinfo: { info_kind: "bridge" } }))[0]).toBe(
      "interface eth0: up, mtu 1500",
    );
  });

  test("of routes", () => {
    expect(readRoutes('[{"dst":"default","gateway":"10.0.0.1","dev":"eth0","metric":5}]')).toEqual([
      "route default via 10.0.0.1 dev eth0 metric 5",
    ]);
  });

  test("of rules: each with its table; the counters and the policy that a chain has at first are left out", () => {
    const saved = ["*filter", ":INPUT ACCEPT [9:99]", ":FORWARD DROP [1:2]", "-A FORWARD -j DROP", "COMMIT"];
    expect(readRules(saved.join("\n"))).toEqual([
      "iptables -t filter -P FORWARD DROP",
      "iptables -t filter -A FORWARD -j DROP",
    ]);
  });

  test("of rules: those that come and go with tasks are left out", () => {
    const published = [
      "*nat",
      "-A DOCKER ! -i docker_gwbridge -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.3:80",
      "-A POSTROUTING -s 172.18.0.3/32 -d 172.18.0.3/32 -p tcp -m tcp --dport 80 -j MASQUERADE",
      "-A POSTROUTING -s 172.18.0.0/16 ! -o docker_gwbridge -j MASQUERADE",
      "*filter",
      "-A DOCKER -d 172.18.0.3/32 ! -i docker_gwbridge -o docker_gwbridge -p tcp -m tcp --dport 80 -j ACCEPT",
      "-A INPUT -p udp -m policy --dir in --pol none -m udp --dport 4789 -j DROP",
    ];
    expect(readRules(published.join("\n"))).toEqual([
      "iptables -t nat -A POSTROUTING -s 172.18.0.0/16 ! -o docker_gwbridge -j MASQUERADE",
    ]);
  });

  test("of networks: their options, and who is plugged into a bridge; tasks on an overlay come and go", () => {
    const network = (Driver: string) => ({
      Name: "net",
      Driver,
      Internal: Driver === "bridge",
      IPAM: { Config: [{ Subnet: "10.0.0.0/24", AuxiliaryAddresses: { router: "10.0.0.9" } }] },
      Options: { mtu: "1400" },
      Containers: { id: { Name: "box1" } },
    });
    expect(readNetworks(JSON.stringify([network("bridge"), network("overlay")]))).toEqual([
      "network net: bridge, internal, Subnet 10.0.0.0/24, mtu 1400, router 10.0.0.9",
      "container box1 on network net",
      "network net: overlay, Subnet 10.0.0.0/24, mtu 1400, router 10.0.0.9",
    ]);
  });
});

test("a node that cannot be entered has that for a fact, and a tool that is not there tells nothing", async () => {
  const topology: Topology = {
    version: 1,
    stack: "demo",
    lab: "demo",
    hosts: [{ name: "local", kind: "local" }],
    networks: [],
    nodes: ["box1", "box2"].map((name) => ({ name, kind: "container", host: "local", interfaces: [] })),
    claims: [],
    drills: [],
  };
  const answer = ({ at }: Question): Answer =>
    at === "box1"
      ? { unavailable: "there is no container box1", lasting: false }
      : { status: 127, stdout: "", stderr: "ip: not found", seconds: 0 };
  const facts = await factsBy(topology, (asked) =>
    Promise.resolve(new Map(asked.map((one) => [one, answer(one)]))),
  );
  expect(facts).toEqual({ box1: ["no answer: there is no container box1"], box2: [] });
});

describe("what has drifted", () => {
  test("is what is gone and what has come, by node", () => {
    const drift = compareFacts({ box1: ["a", "b"], box2: ["c"] }, { box1: ["b", "d"], box2: ["c"] });
    expect(drift).toEqual([{ node: "box1", gone: ["a"], come: ["d"] }]);
    expect(drift.map(describeDrift)).toEqual(["box1: no longer a; now d"]);
  });

  test("is told in one line, however much it is", () => {
    const gone = ["a", "b", "c", "d", "e", "f"];
    expect(describeDrift({ node: "box1", gone, come: [] })).toMatch(/no longer d and 2 more$/);
  });
});
