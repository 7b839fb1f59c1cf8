import {
  address,
  Box,
  BridgeNetwork,
  type Claim,
  DefaultBridge,
  type Drill,
  type DrillFile,
  flag,
  interfaceCount,
  isUsers,
  labGround,
  type Machine,
  members,
  mesh,
  network,
  NetworkAttachment,
  NetworkRemoval,
  noAddressForName,
  noNetwork,
  noPing,
  noPingByName,
  pingAddress,
  pingByName,
  pingProbe,
  plugIn,
  settings,
  Topology,
  unplug,
  Verification,
  z,
} from "../components/index.ts";

export const about = {
  name: "custom-network",
  title: "A network of one's own: names, and plugging in and out while boxes run",
  article:
    "docker network create custom_network; connect bridge bbox08, disconnect, rm; names on it, none on bridge; connect default_bbox01",
  needs: ["bridge", "veth", "iptables"],
  config: settings(["container", "local", "ssh"], {
    subnet: z.string().default("172.19.0.0/16").describe("IPv4 CIDR of custom_network"),
    bbox08: z
      .enum(["custom", "both", "bridge"])
      .default("custom")
      .describe(
        "where bbox08 is: as it was made, plugged into bridge too, then unplugged from custom_network",
      ),
    connectDefault: flag(false, "plug default_bbox01 into custom_network while it runs"),
    network: z
      .enum(["present", "empty", "removed"])
      .default("present")
      .describe("custom_network: as it is, with all boxes unplugged, and removed"),
  }),
} as const;

type Config = z.infer<typeof about.config>;

const defaults = ["default_bbox01", "default_bbox02"] as const;

export function build(config: Config, machine: Machine) {
  const { host1 } = labGround(about, config, machine);
  const { subnet, bbox08: step, connectDefault } = config;
  const present = config.network === "present";

  const custom = new BridgeNetwork("custom_network", { host: host1, subnet });
  const bridge = new DefaultBridge("bridge", { host: host1 });

  const bbox1 = new Box("default_bbox01", { networks: [{ network: bridge }] });
  const bbox2 = new Box("default_bbox02", { networks: [{ network: bridge }], after: [bbox1] });
  const places = { custom_bbox02: 2, custom_bbox03: 3, bbox08: 4, default_bbox01: 5 };
  const made = (["custom_bbox02", "custom_bbox03", "bbox08"] as const).map(
    (name) =>
      new Box(name, { networks: [{ network: custom, ipv4Address: custom.nthAddress(places[name]) }] }),
  );

  const plugged = {
    custom_bbox02: present,
    custom_bbox03: present,
    bbox08: present && step !== "bridge",
    default_bbox01: present && connectDefault,
  };
  const onBridge = made
    .filter(({ node }) => node === "bbox08")
    .map(
      (box) =>
        new NetworkAttachment(
          "bbox08-on-bridge",
          { box, network: bridge, connected: step !== "custom" },
          { dependsOn: bbox2 },
        ),
    );
  const removal = new NetworkRemoval(
    "custom_network",
    { network: custom, removed: config.network === "removed" },
    { dependsOn: [...made, ...onBridge] },
  );
  for (const box of [...made, bbox1]) {
    const name = box.node as keyof typeof places;
    new NetworkAttachment(
      `${name}-on-custom_network`,
      { box, network: custom, ipv4Address: custom.nthAddress(places[name]), connected: plugged[name] },
      { dependsOn: removal },
    );
  }

  const users = isUsers(host1);
  const unknown = users ? noAddressForName : noPingByName;
  const ground = { custom, bridge, unknown };
  const onCustom = Object.entries(plugged)
    .filter(([, on]) => on)
    .map(([name]) => name);
  const topology = new Topology("topology", {
    host: host1,
    claims: [
      ...mesh(defaults, { network: "bridge" }),
      ...noNames(ground),
      ...mesh(onCustom, { by: "name" }),
      ...mesh(onCustom, { network: "custom_network" }),
      ...(config.network === "removed" ? [noNetwork(custom)] : [network(custom), members(custom, onCustom)]),
      // On the user's own engine others may be on the default bridge as well.
      ...(users ? [] : [members(bridge, [...defaults, ...(step === "custom" ? [] : ["bbox08"])])]),
      interfaceCount("bbox08", Number(plugged.bbox08) + Number(step !== "custom")),
      ...(step === "custom" ? [] : [pingAddress("bbox08", bridge.gateway)]),
      ...(present ? [] : [interfaceCount("custom_bbox02", 0), interfaceCount("custom_bbox03", 0)]),
      ...(present && !connectDefault ? walls(ground) : []),
    ],
    drills:
      users || !present || connectDefault || step !== "custom"
        ? []
        : [connectDrill(ground), bbox08Drill(ground), removeDrill(ground)],
  });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}

interface Ground {
  custom: BridgeNetwork;
  bridge: DefaultBridge;
  /** How it is claimed that a name is not known. */
  unknown: typeof noPingByName;
}

/** The default bridge knows no names. */
function noNames({ unknown }: Ground): Claim[] {
  const [a, b] = defaults;
  const controls = [pingProbe(a, b), pingProbe(b, a)] as const;
  return [unknown(a, b, { controls }), unknown(b, a, { controls })];
}

/** Between two networks; both ends are alive when each reaches the gateway of its own. */
function walls({ custom, bridge, unknown }: Ground): Claim[] {
  const [a, b] = ["default_bbox01", "custom_bbox02"] as const;
  const controls = [pingProbe(a, address(bridge.gateway)), pingProbe(b, address(custom.gateway))] as const;
  return [
    noPing(a, b, { controls }),
    noPing(b, a, { controls }),
    unknown(a, b, { controls }),
    unknown(b, a, { controls }),
  ];
}

const made = ["custom_bbox02", "custom_bbox03", "bbox08"];

function connectDrill(ground: Ground): Drill {
  const { custom } = ground;
  return {
    name: "connect-default",
    title: "A box of the default bridge is plugged into custom_network while it runs",
    steps: [
      {
        title: "connect default_bbox01 to custom_network",
        on: "host1",
        run: "docker network connect custom_network default_bbox01",
        undo: unplug("custom_network", "default_bbox01"),
        then: [
          members(custom, [...made, "default_bbox01"]),
          ...["custom_bbox02", "custom_bbox03"].flatMap((peer) => [
            pingByName("default_bbox01", peer),
            pingByName(peer, "default_bbox01"),
          ]),
          ...mesh(defaults, { network: "bridge" }),
        ],
      },
      {
        title: "disconnect it",
        on: "host1",
        run: "docker network disconnect custom_network default_bbox01",
        then: [members(custom, made), ...walls(ground)],
      },
    ],
  };
}

function bbox08Drill({ custom, bridge }: Ground): Drill {
  return {
    name: "move-bbox08",
    title: "bbox08 moves from custom_network to bridge while it runs",
    steps: [
      {
        title: "connect bbox08 to bridge",
        on: "host1",
        run: "docker network connect bridge bbox08",
        undo: unplug("bridge", "bbox08"),
        then: [interfaceCount("bbox08", 2), members(bridge, [...defaults, "bbox08"]), members(custom, made)],
      },
      {
        title: "disconnect it from custom_network",
        on: "host1",
        run: "docker network disconnect custom_network bbox08",
        undo: plugIn("custom_network", "bbox08", custom.nthAddress(4)),
        then: [
          interfaceCount("bbox08", 1),
          members(bridge, [...defaults, "bbox08"]),
          members(custom, ["custom_bbox02", "custom_bbox03"]),
          pingAddress("bbox08", bridge.gateway),
        ],
      },
    ],
  };
}

function removeDrill({ custom }: Ground): Drill {
  return {
    name: "remove-network",
    title: "A network can be removed when nobody is on it any more",
    steps: [
      ...made.map((box, index) => ({
        title: `disconnect ${box} from custom_network`,
        on: "host1",
        run: `docker network disconnect custom_network ${box}`,
        undo: plugIn("custom_network", box, custom.nthAddress(2 + index)),
        then: [members(custom, made.slice(index + 1)), interfaceCount(box, 0)],
      })),
      {
        title: "remove the empty network",
        on: "host1",
        run: keptNetwork("remove"),
        undo: keptNetwork("restore"),
        then: [noNetwork(custom)],
      },
    ],
  };
}

/** The network that the drill removes. */
function keptNetwork(argument: string): DrillFile {
  const environment = { NETWORK: "custom_network", KEPT: "/tmp/custom_network.words" };
  return { file: "kept-network", argument, environment };
}
