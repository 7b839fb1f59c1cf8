import {
  Box,
  bridgePorts,
  type Claim,
  Consul,
  distinctAddresses,
  http,
  keyInStore,
  type Machine,
  mesh,
  noPing,
  noPingByName,
  noWay,
  OverlayNetwork,
  partition,
  pingAddress,
  pingProbe,
  portsApart,
  restartHost1,
  seenAs,
  settings,
  sharedNetwork,
  Topology,
  Verification,
  vethPair,
  vxlanOf,
  wideGround,
  wire,
  z,
  engineSetting,
} from "../components/index.ts";

export const about = {
  name: "overlay-consul",
  title: "Two classic overlays over Consul: isolated from each other, and out through docker_gwbridge",
  article:
    "consul -server -bootstrap; docker network create -d overlay ov_net2, ov_net3 --subnet 172.19.0.0/24",
  needs: ["bridge", "veth", "vxlan", "iptables"],
  underlay: "192.168.33.0/24",
  images: () => ["consul", "host-bullseye"],
  config: settings(["container"], {
    engine: engineSetting(["20.10"], "dockerd --cluster-store is gone in 23"),
    subnet2: z.string().default("10.0.0.0/24").describe("IPv4 CIDR of ov_net2"),
    subnet3: z.string().default("172.19.0.0/24").describe("IPv4 CIDR of ov_net3"),
  }),
} as const;

export function build(config: z.infer<typeof about.config>, machine: Machine) {
  // Debian's later engines are built without Consul as key-value store.
  const { hosts, outside } = wideGround(about, config, machine, 2, { hostImage: "host-bullseye" });
  const [host1, host2] = hosts;

  const consul = new Consul("consul", { hosts });
  const net2 = new OverlayNetwork("ov_net2", { space: consul, subnet: config.subnet2 });
  const net3 = new OverlayNetwork("ov_net3", { space: consul, subnet: config.subnet3 });

  const box1 = new Box("box1", { networks: [{ network: net2.on(host1) }] });
  const box3 = new Box("box3", { networks: [{ network: net3.on(host1) }], after: [box1] });
  new Box("box2", { networks: [{ network: net2.on(host2) }], after: [box1] });
  new Box("box4", { networks: [{ network: net3.on(host2) }], after: [box3] });

  const wires = (["host1", "host2"] as const).flatMap((host) => [
    wire(host, { during: pingProbe("box1", "box2"), seen: vxlanOf(net2) }),
    wire(host, { during: pingProbe("box3", "box4"), seen: vxlanOf(net3) }),
  ]);
  const across = [
    ...[
      ["box1", "box2"],
      ["box3", "box4"],
    ].flatMap((pair) => [...mesh(pair, { by: "name" }), ...mesh(pair)]),
    ...wires,
  ];
  const boxes = ["box1", "box2", "box3", "box4"];
  const topology = new Topology("topology", {
    host: host1,
    claims: [
      leads("host1", host1.address),
      leads("host2", host1.address),
      ...[net2, net3].flatMap((net) => [
        sharedNetwork(net),
        keyInStore("host2", net, { store: "consul", url: consul.clientUrl }),
      ]),
      distinctAddresses(net2, ["box1", "box2"]),
      distinctAddresses(net3, ["box3", "box4"]),
      ...across,
      ...walls(),
      portsApart("host1", "docker_gwbridge", ["box1", "box3"]),
      portsApart("host2", "docker_gwbridge", ["box2", "box4"]),
      ...hosts.map(({ hostName }) => bridgePorts(hostName, "docker_gwbridge", 2)),
      ...boxes.map((box, index) =>
        vethPair(box, "eth1", { peerNode: index % 2 === 0 ? "host1" : "host2", bridge: "docker_gwbridge" }),
      ),
      ...boxes.map((box) => pingAddress(box, outside.address)),
      seenAs("box1", "outside", host1.address),
      seenAs("box2", "outside", host2.address),
    ],
    drills: [
      partition(host2.address, { apart: apart(outside.address), again: across }),
      restartHost1(["box1", "box3"], [...across, bridgePorts("host1", "docker_gwbridge", 2)]),
    ],
  });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}

/** The server has a leader: itself. */
function leads(from: string, server: string): Claim {
  const claim = http(from, server, { port: 8500, path: "/v1/status/leader", contains: `${server}:8300` });
  return { ...claim, summary: `consul leads, says it to ${from}` };
}

/** Between the networks there is no way, on one host or between two; each box reaches its own network all the while. */
function walls(): Claim[] {
  const controls = [pingProbe("box1", "box2"), pingProbe("box3", "box4")] as const;
  return [
    ...[
      ["box1", "box3"],
      ["box1", "box4"],
      ["box3", "box1"],
      ["box4", "box1"],
    ].flatMap(([from = "", to = ""]) => [
      noWay(from, to, { controls }),
      noPingByName(from, to, { controls }),
    ]),
  ];
}

/** While the hosts do not see each other: host2 has lost its store too. What each host has by itself goes on. */
function apart(outside: string): Claim[] {
  const alive = (...boxes: [string, string]) =>
    [pingProbe(boxes[0], outside), pingProbe(boxes[1], outside)] as const;
  return [
    noPing("box1", "box2", { controls: alive("box1", "box2") }),
    noPing("box4", "box3", { controls: alive("box3", "box4") }),
    pingAddress("box1", outside),
    pingAddress("box2", outside),
  ];
}
