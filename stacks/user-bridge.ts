import {
  address,
  Box,
  BridgeNetwork,
  type Claim,
  DefaultBridge,
  type Drill,
  flag,
  interfaceCount,
  isUsers,
  labGround,
  type Machine,
  mesh,
  NetworkAttachment,
  noAddressForName,
  noPing,
  noPingByName,
  outsideSetting,
  ping,
  pingAddress,
  pingHost,
  pingProbe,
  settings,
  Topology,
  unplug,
  Verification,
  z,
} from "../components/index.ts";

export const about = {
  name: "user-bridge",
  title: "A user-defined bridge: names that resolve, and a wall between two bridges",
  article:
    "docker network create my-bridge: box1 and box2 on it, box3 on docker0; then docker network connect",
  needs: ["bridge", "veth", "iptables"],
  config: settings(["container", "vm", "auto", "local", "ssh"], {
    subnet: z.string().default("172.18.0.0/16").describe("IPv4 CIDR of my-bridge"),
    outside: outsideSetting,
    connectBox3: flag(false, "plug box3 into my-bridge while it runs (docker network connect)"),
  }),
} as const;

export function build(config: z.infer<typeof about.config>, machine: Machine) {
  const { host1, outside } = labGround(about, config, machine);

  const myBridge = new BridgeNetwork("my-bridge", { host: host1, subnet: config.subnet });
  const bridge = new DefaultBridge("bridge", { host: host1 });

  const box1 = new Box("box1", { networks: [{ network: myBridge }] });
  const box2 = new Box("box2", { networks: [{ network: myBridge }], after: [box1] });
  const box3 = new Box("box3", { networks: [{ network: bridge }] });
  const { connectBox3: connected } = config;
  new NetworkAttachment(
    "box3-on-my-bridge",
    { box: box3, network: myBridge, connected },
    { dependsOn: box2 },
  );

  const beyond = config.outside ?? outside?.address;
  const boxes = ["box1", "box2", "box3"];
  const onMyBridge = connected ? boxes : ["box1", "box2"];
  const unknown = outside === undefined ? noAddressForName : noPingByName;
  // Both ends of a wall are alive when each reaches the gateway of its own network.
  const walls = ["box1", "box2"].flatMap((box) => {
    const controls = [
      pingProbe(box, address(myBridge.gateway)),
      pingProbe("box3", address(bridge.gateway)),
    ] as const;
    return [
      noPing(box, "box3", { controls }),
      noPing("box3", box, { controls }),
      unknown(box, "box3", { controls }),
      unknown("box3", box, { controls }),
    ];
  });

  const topology = new Topology("topology", {
    host: host1,
    claims: [
      ...mesh(onMyBridge, { by: "name" }),
      ...mesh(onMyBridge, { by: "address", network: "my-bridge" }),
      ...(connected ? [pingAddress("box3", bridge.gateway)] : walls),
      ...(beyond === undefined ? [] : boxes.map((box) => pingHost(box, beyond))),
    ],
    drills: isUsers(host1) || connected ? [] : [connectBox3(walls)],
  });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}

function connectBox3(walls: readonly Claim[]): Drill {
  return {
    name: "connect-box3",
    title: "box3 is plugged into my-bridge while it runs, and unplugged again",
    steps: [
      {
        title: "connect box3 to my-bridge",
        on: "host1",
        run: "docker network connect my-bridge box3",
        undo: unplug("my-bridge", "box3"),
        then: [
          ...mesh(["box1", "box2", "box3"], { by: "name" }),
          interfaceCount("box3", 2),
          // The address that it had before.
          ping("host1", "box3"),
        ],
      },
      {
        title: "disconnect it",
        on: "host1",
        run: "docker network disconnect my-bridge box3",
        then: [...walls, ping("host1", "box3"), interfaceCount("box3", 1)],
      },
    ],
  };
}
