import { expect, test } from "@jest/globals";
import type { LabArgs } from "../../components/index.ts";
import { noPing, ping, pingByName, pingProbe, address } from "../../checks/claims.ts";
import { claimProblems } from "../../checks/validate.ts";
import { declare, type Declared, valueOf } from "./mocked.ts";

const {
  Box,
  BridgeNetwork,
  Consul,
  ContainerHost,
  ContainerNamespace,
  DefaultBridge,
  EtcdCluster,
  IptablesPolicy,
  IptablesRule,
  JoinedBox,
  Lab,
  LinkedBox,
  LinuxBridge,
  LocalHost,
  Namespace,
  NetworkAttachment,
  NetworkRemoval,
  Outside,
  OverlayNetwork,
  OverlayService,
  Swarm,
  Topology,
  Underlay,
  Verification,
  VethPair,
  VmHost,
  Volume,
} = await import("../../components/index.ts");

/** What is declared but for components, which a program has not all. */
async function resourcesOf(program: () => unknown): Promise<Record<string, Declared>> {
  const found = await declare(program);
  return Object.fromEntries([...found].filter(([, { type }]) => !type.startsWith("vethlab:")));
}

const oneHost: LabArgs = {
  underlay: { subnet: "192.168.33.0/24" },
  outside: { address: "198.51.100.7" },
  networks: { front: { subnet: "10.1.0.0/24" }, back: { subnet: "10.2.0.0/24", gateway: "10.2.0.9" } },
  defaultBridges: { docker0: {} },
  volumes: { data: {} },
  boxes: {
    web: {
      networks: ["front", { network: "back", ipv4Address: "10.2.0.2", aliases: ["www"] }],
      ports: [{ external: 8080, internal: 80 }],
      mounts: [{ type: "volume", source: "data", target: "/data" }],
      after: ["db"],
    },
    db: { networks: ["front"], environment: { A: "b" }, sysctls: { "net.ipv4.ip_forward": "1" } },
    old: { networks: ["docker0"] },
    bare: { network: "none" },
  },
  joinedBoxes: { side: { joins: "web" } },
  linkedBoxes: { linked: { links: [{ box: "old", alias: "o" }] } },
  removals: { gone: { network: "back", removed: false } },
  attachments: { plug: { box: "db", network: "back" } },
  namespaces: { ns: { loopback: false } },
  containerNamespaces: { shown: { box: "web", netns: "webns" } },
  bridges: { br0: {} },
  links: {
    cable: {
      ends: [
        { namespace: "ns", interface: "eth0", address: "10.5.0.1/24" },
        { bridge: "br0", interface: "br0-ns" },
      ],
    },
  },
  rules: { masquerade: { table: "nat", chain: "POSTROUTING", rule: "-s 10.1.0.0/24 -j MASQUERADE" } },
  policies: { forward: { chain: "FORWARD", policy: "DROP" } },
  claims: ["web reaches db by name", "web does not reach old", ping("web", "db")],
};

test("a lab as data is the same components as a program", async () => {
  const asData = await resourcesOf(() => new Lab("shop", oneHost));
  const asProgram = await resourcesOf(() => {
    const local = new LocalHost("local", { lab: "shop" });
    const underlay = new Underlay("underlay", { host: local, subnet: "192.168.33.0/24" });
    const outside = new Outside("outside", { underlay, address: "198.51.100.7" });
    const host = new ContainerHost("host1", { underlay, outside });
    const front = new BridgeNetwork("front", { host, subnet: "10.1.0.0/24" });
    const back = new BridgeNetwork("back", { host, subnet: "10.2.0.0/24", gateway: "10.2.0.9" });
    const docker0 = new DefaultBridge("docker0", { host });
    const data = new Volume("data", { host });
    const db = new Box("db", {
      networks: [{ network: front }],
      environment: { A: "b" },
      sysctls: { "net.ipv4.ip_forward": "1" },
    });
    const web = new Box("web", {
      networks: [{ network: front }, { network: back, ipv4Address: "10.2.0.2", aliases: ["www"] }],
      ports: [{ external: 8080, internal: 80 }],
      mounts: [{ type: "volume", source: data, target: "/data" }],
      after: [db],
    });
    const old = new Box("old", { networks: [{ network: docker0 }] });
    new Box("bare", { network: "none", host });
    new JoinedBox("side", { joins: web });
    new LinkedBox("linked", { links: [{ box: old, alias: "o" }] });
    const removal = new NetworkRemoval("gone", { network: back, removed: false }, { dependsOn: [web] });
    new NetworkAttachment("plug", { box: db, network: back }, { dependsOn: [removal] });
    const namespace = new Namespace("ns", { host, loopback: false });
    new ContainerNamespace("shown", { box: web, netns: "webns" });
    const bridge = new LinuxBridge("br0", { host });
    new VethPair("cable", {
      ends: [
        { namespace, interface: "eth0", address: "10.5.0.1/24" },
        { bridge, interface: "br0-ns" },
      ],
    });
    new IptablesRule("masquerade", {
      host,
      table: "nat",
      chain: "POSTROUTING",
      rule: "-s 10.1.0.0/24 -j MASQUERADE",
    });
    new IptablesPolicy("forward", { host, chain: "FORWARD", policy: "DROP" });
    const controls = [pingProbe(web, address("10.1.0.1")), pingProbe(old, address("172.17.0.1"))] as const;
    const claims = [pingByName(web, db), noPing(web, old, { controls }), ping(web, db)];
    new Verification("verification", { topology: new Topology("topology", { host, claims }) });
  });
  expect(asData).toEqual(asProgram);
});

test("so it is with several hosts", async () => {
  const asData = await resourcesOf(
    () =>
      new Lab("wide", {
        underlay: { subnet: "192.168.33.0/24" },
        hosts: { host1: {}, host2: { engineVersion: "26.1" }, host3: {}, host4: {}, host5: { kind: "vm" } },
        swarms: { swarm: { members: [{ host: "host1" }, { host: "host2", availability: "drain" }] } },
        etcdClusters: { etcd: { hosts: ["host3"] } },
        consuls: { consul: { hosts: ["host4"], image: "consul" } },
        overlays: {
          net: { space: "swarm", subnet: "10.10.0.0/24" },
          old: { space: "etcd", subnet: "10.11.0.0/24" },
        },
        boxes: { box: { networks: ["net"], host: "host2" } },
        services: { web: { swarm: "swarm", networks: ["net"], replicas: 3, endpointMode: "dnsrr" } },
        claims: ["box reaches 10.10.0.1"],
      }),
  );
  const asProgram = await resourcesOf(() => {
    const underlay = new Underlay("underlay", {
      host: new LocalHost("local", { lab: "wide" }),
      subnet: "192.168.33.0/24",
    });
    const host = new ContainerHost("host1", { underlay });
    const host2 = new ContainerHost("host2", { underlay, engineVersion: "26.1" });
    const host3 = new ContainerHost("host3", { underlay });
    const host4 = new ContainerHost("host4", { underlay });
    new VmHost("host5", { underlay });
    const swarm = new Swarm("swarm", { members: [{ host }, { host: host2, availability: "drain" }] });
    const etcd = new EtcdCluster("etcd", { hosts: [host3] });
    const net = new OverlayNetwork("net", { space: swarm, subnet: "10.10.0.0/24" });
    new OverlayNetwork("old", { space: etcd, subnet: "10.11.0.0/24" });
    new Box("box", { networks: [{ network: net.on(host2) }] });
    new Consul("consul", { hosts: [host4], image: "consul" });
    new OverlayService("web", { swarm, networks: [net], replicas: 3, endpointMode: "dnsrr" });
    const claims = [
      {
        ...ping("box", "box"),
        summary: "box pings 10.10.0.1",
        probe: pingProbe("box", address("10.10.0.1")),
      },
    ];
    new Verification("verification", { topology: new Topology("topology", { host, claims }) });
  });
  expect(asData).toEqual(asProgram);
});

test("a lab without hosts stands on this machine's engine", async () => {
  const found = await resourcesOf(
    () =>
      new Lab("here", {
        hosts: {},
        networks: { lan: { subnet: "10.1.0.0/24" } },
        boxes: { box1: { networks: ["lan"] }, box2: { networks: ["lan"] } },
        claims: ["box1 and box2 reach one another"],
      }),
  );
  expect(Object.keys(found).sort()).toEqual([
    "box1-container",
    "box2-container",
    "lan-network",
    "local-engine",
    "verification-test",
  ]);
});

test("its sentences are claims that can be tested", async () => {
  const sentences = [
    "web and db reach one another",
    "web reaches 203.0.113.9:53",
    "outside reaches web:8080",
    "web does not reach old",
    "web does not reach old by name",
    "web does not reach old:80",
    "web does not reach 203.0.113.9:53",
    "outside does not reach db:80",
    "outside is refused by db:80",
    "host1 is refused by side:80",
    "db resolves web",
    "ns does not reach linked",
    "old does not resolve web",
    "web has a way out",
    "bare has no way out",
  ];
  let lab: InstanceType<typeof Lab> | undefined;
  await declare(() => {
    lab = new Lab("shop", { ...oneHost, claims: sentences });
  });
  if (lab === undefined) throw new Error("nothing was declared");
  const topology = await valueOf(lab.topology);
  expect(claimProblems(topology)).toEqual([]);
  expect(topology.claims).toHaveLength(sentences.length + 1);
  expect(topology.lab).toBe("shop");
});

test("data that is no lab is refused at once", async () => {
  await declare(() => {
    expect(() => new Lab("shop", { ...oneHost, boxes: { web: { networks: ["frnt"] } } })).toThrow(
      /boxes\.web\.networks\[0\]: frnt\n.*\n {4}fix: did you mean "front"\?/,
    );
  });
});
