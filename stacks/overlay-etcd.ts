import {
  Box,
  bridgePorts,
  type Claim,
  distinctAddresses,
  type Drill,
  EtcdCluster,
  http,
  keyInStore,
  type Machine,
  mesh,
  noHttp,
  noPing,
  overlayAccepted,
  OverlayNetwork,
  overlayRefused,
  partition,
  ping,
  pingAddress,
  pingProbe,
  restartHost1,
  settings,
  sharedNetwork,
  Topology,
  Verification,
  vxlanOf,
  wideGround,
  wire,
  z,
  engineSetting,
} from "../components/index.ts";

export const about = {
  name: "overlay-etcd",
  title: "The classic overlay: two engines that share a network over etcd",
  article: "dockerd --cluster-store=etcd://..; docker network create -d overlay my-overlay; box1, box2 on it",
  needs: ["bridge", "veth", "vxlan", "iptables"],
  underlay: "192.168.33.0/24",
  images: () => ["etcd"],
  config: settings(["container"], {
    engine: engineSetting(["20.10"], "dockerd --cluster-store is gone in 23"),
    subnet: z.string().default("10.0.0.0/24").describe("IPv4 CIDR of my-overlay"),
  }),
} as const;

export function build(config: z.infer<typeof about.config>, machine: Machine) {
  const { hosts, outside } = wideGround(about, config, machine, 2);
  const [host1, host2] = hosts;

  const etcd = new EtcdCluster("my-etcd", { hosts });
  const myOverlay = new OverlayNetwork("my-overlay", { space: etcd, subnet: config.subnet });

  const box1 = new Box("box1", { networks: [{ network: myOverlay.on(host1) }] });
  const box2 = new Box("box2", { networks: [{ network: myOverlay.on(host2) }], after: [box1] });
  // Both at the same moment, from engines that hand out addresses of one subnet.
  new Box("box3", { networks: [{ network: myOverlay.on(host1) }], after: [box2] });
  new Box("box4", { networks: [{ network: myOverlay.on(host2) }], after: [box2] });

  const across: Claim[] = [
    ...mesh(["box1", "box2"], { by: "name" }),
    ...mesh(["box1", "box2"]),
    ping("box3", "box4"),
    ...["host1", "host2"].map((host) =>
      wire(host, { during: pingProbe("box1", "box2"), seen: vxlanOf(myOverlay) }),
    ),
  ];
  const shared = [
    sharedNetwork(myOverlay),
    ...hosts.map(({ hostName }, index) =>
      keyInStore(hostName, myOverlay, { store: "etcd", url: etcd.clientUrls[index] ?? "" }),
    ),
  ];
  const topology = new Topology("topology", {
    host: host1,
    claims: [
      ...hosts.map(({ hostName }, index) => healthy(hostName, etcd.members[index] ?? "")),
      ...shared,
      distinctAddresses(myOverlay, ["box1", "box2", "box3", "box4"]),
      ...across,
      ...hosts.map(({ hostName }) => bridgePorts(hostName, "docker_gwbridge", 2)),
      ...["box1", "box2"].map((name) => pingAddress(name, outside.address)),
    ],
    drills: [
      partition(host2.address, { apart: apart(outside.address), again: across }),
      withoutStore(etcd, [...shared, ...across]),
      restartHost1(boxesOfHost1, [...shared, ...across]),
    ],
  });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}

/** In the order in which they were made, and have their addresses. */
const boxesOfHost1 = ["box1", "box3"];

/** A member says of itself that it can write: that needs the other one. */
function healthy(host: string, member: string): Claim {
  const claim = http(host, host, { port: 2379, path: "/health", contains: '"health":"true"' });
  return { ...claim, summary: `${member} on ${host} is healthy` };
}

/** While the hosts do not see each other, what they share is out of reach; what each has by itself is not. */
function apart(outside: string): Claim[] {
  const controls = [pingProbe("box1", outside), pingProbe("box2", outside)] as const;
  return [
    noPing("box1", "box2", { controls }),
    noPing("box2", "box1", { controls }),
    ping("box1", "box3"),
    ping("box2", "box4"),
    noHttp("host1", "host2", {
      port: 2379,
      path: "/health",
      controls: [pingProbe("host1", outside), pingProbe("host2", outside)],
    }),
  ];
}

/** What the article meets first: an engine without a store makes no overlay. */
function withoutStore(etcd: EtcdCluster, again: Claim[]): Drill {
  return {
    name: "without-store",
    title: "An engine without a key-value store refuses to make an overlay; given one, it makes it",
    steps: [
      {
        title: "restart the engine of host1 without its store",
        on: "host1",
        run: etcd.loseStore(),
        undo: etcd.takeStore(etcd.creator, boxesOfHost1),
        then: [overlayRefused("host1"), overlayAccepted("host2")],
      },
      {
        title: "give it the store again, and start its boxes",
        on: "host1",
        run: etcd.takeStore(etcd.creator, boxesOfHost1),
        then: [overlayAccepted("host1"), ...again],
      },
    ],
  };
}
