import {
  address,
  Box,
  bridgePorts,
  ContainerNamespace,
  DefaultBridge,
  defaultRoute,
  labGround,
  type Machine,
  namedNamespace,
  noPingByName,
  ping,
  pingAddress,
  pingProbe,
  settings,
  Topology,
  Verification,
  vethPair,
  type z,
} from "../components/index.ts";

export const about = {
  name: "default-bridge",
  title: "docker0: veth pairs into one bridge, addresses but no names",
  article: "box1 and box2 on the default bridge; their namespaces shown to `ip netns`",
  needs: ["bridge", "veth", "iptables"],
  config: settings(["container", "vm", "auto"], {}),
} as const;

export function build(config: z.infer<typeof about.config>, machine: Machine) {
  const { host1 } = labGround(about, config, machine);

  const bridge = new DefaultBridge("bridge", { host: host1 });
  const box1 = new Box("box1", { networks: [{ network: bridge }] });
  const box2 = new Box("box2", { networks: [{ network: bridge }], after: [box1] });
  for (const box of [box1, box2]) new ContainerNamespace(`${box.node}-netns`, { box });

  const boxes = ["box1", "box2"];
  const controls = [pingProbe("box1", "box2"), pingProbe("box2", "box1")] as const;
  const topology = new Topology("topology", {
    host: host1,
    claims: [
      ...boxes.map((box) => ping("host1", box)),
      ...boxes.map((box) => pingAddress(box, bridge.gateway)),
      ping("box1", "box2"),
      ping("box2", "box1"),
      ...boxes.map((box) => vethPair(box, "eth0", { peerNode: "host1", bridge: "docker0" })),
      bridgePorts("host1", "docker0", 2),
      ...boxes.map((box) => defaultRoute(box, address(bridge.gateway))),
      ...boxes.map((box) => namedNamespace("host1", box, box)),
      noPingByName("box1", "box2", { controls }),
      noPingByName("box2", "box1", { controls }),
    ],
  });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}
