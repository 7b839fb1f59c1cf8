import {
  address,
  type Claim,
  type Drill,
  flag,
  interfaces,
  labGround,
  type Machine,
  mesh,
  Namespace,
  noPing,
  noPingAddress,
  pingAddress,
  pingProbe,
  settings,
  Topology,
  Verification,
  VethPair,
  type z,
} from "../components/index.ts";

export const about = {
  name: "netns-veth",
  title: "Two network namespaces and the veth pair between them",
  article:
    "ip netns add ns1, ns2; ip link add veth-ns1 type veth peer name veth-ns2; 192.168.1.1/24 and .2/24",
  needs: ["veth"],
  config: settings(["container"], {
    loopback: flag(true, "whether lo is up in ns1 and ns2; the kernel makes it down"),
    link: flag(true, "whether the veth pair is up"),
  }),
} as const;

export function build(config: z.infer<typeof about.config>, machine: Machine) {
  const { host1, outside } = labGround(about, config, machine);

  const ns1 = new Namespace("ns1", { host: host1, loopback: config.loopback });
  const ns2 = new Namespace("ns2", { host: host1, loopback: config.loopback });
  new VethPair("veth", {
    ends: [
      { namespace: ns1, interface: "veth-ns1", address: "192.168.1.1/24" },
      { namespace: ns2, interface: "veth-ns2", address: "192.168.1.2/24" },
    ],
    up: config.link,
  });

  const topology = new Topology("topology", {
    host: host1,
    claims: [
      interfaces("ns1", ["lo", "veth-ns1"]),
      interfaces("ns2", ["lo", "veth-ns2"]),
      ...traffic(config, outside?.address),
    ],
    drills: config.loopback && config.link ? [loopback, link] : [],
  });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}

/** What each setting of `loopback` and `link` lets through. With both down nothing answers: nothing can be shown. */
function traffic(
  { loopback, link }: { loopback: boolean; link: boolean },
  outside: string | undefined,
): Claim[] {
  const spaces = ["ns1", "ns2"] as const;
  // That a namespace is alive is seen from whatever is up in it.
  const alive = (ns: string) =>
    link ? pingProbe(ns, ns === "ns1" ? "ns2" : "ns1") : pingProbe(ns, address("127.0.0.1"));
  const controls = [alive("ns1"), alive("ns2")] as const;
  if (!loopback && !link) return [];
  return [
    ...(loopback
      ? spaces.map((ns) => pingAddress(ns, "127.0.0.1"))
      : spaces.map((ns) => noPingAddress(ns, "127.0.0.1", { controls }))),
    ...(link ? mesh(spaces) : [noPing("ns1", "ns2", { controls }), noPing("ns2", "ns1", { controls })]),
    ...(outside === undefined
      ? []
      : [noPingAddress("ns1", outside, { controls: [alive("ns1"), pingProbe("host1", address(outside))] })]),
  ];
}

const localhost = "127.0.0.1";

const loopback: Drill = {
  name: "loopback",
  title: "Without lo being up, ns1 does not reach even itself",
  steps: [
    {
      title: "set lo of ns1 down",
      on: "ns1",
      run: "ip link set dev lo down",
      undo: "ip link set dev lo up",
      then: [
        noPingAddress("ns1", localhost, { controls: [pingProbe("ns1", "ns2"), pingProbe("ns2", "ns1")] }),
      ],
    },
    {
      title: "set lo of ns1 up",
      on: "ns1",
      run: "ip link set dev lo up",
      then: [pingAddress("ns1", localhost)],
    },
  ],
};

const bothAlive = [pingProbe("ns1", address(localhost)), pingProbe("ns2", address(localhost))] as const;

const link: Drill = {
  name: "link",
  title: "One end of the veth pair down is enough: nothing passes either way",
  steps: [
    {
      title: "set veth-ns1 down",
      on: "ns1",
      run: "ip link set dev veth-ns1 down",
      undo: "ip link set dev veth-ns1 up",
      then: [
        noPing("ns1", "ns2", { controls: bothAlive }),
        noPing("ns2", "ns1", { controls: bothAlive }),
        interfaces("ns1", ["lo", "veth-ns1"]),
      ],
    },
    {
      title: "set veth-ns1 up",
      on: "ns1",
      run: "ip link set dev veth-ns1 up",
      then: mesh(["ns1", "ns2"]),
    },
  ],
};
