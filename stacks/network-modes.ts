import {
  address,
  Box,
  DefaultBridge,
  type Drill,
  interfaces,
  JoinedBox,
  type Machine,
  members,
  noPingAddress,
  ownGround,
  pingAddress,
  pingProbe,
  sameInterfaces,
  settings,
  Topology,
  Verification,
  type z,
} from "../components/index.ts";

export const about = {
  name: "network-modes",
  title: "The four network modes: bridge, host, none, container",
  article: "bbox01 on bridge, bbox02 --net host, bbox03 --net none, bbox04 --net container:bbox01",
  needs: ["bridge", "veth", "iptables"],
  config: settings(["container"], {}),
} as const;

export function build(config: z.infer<typeof about.config>, machine: Machine) {
  const { host1 } = ownGround(about, config, machine);

  const bridge = new DefaultBridge("bridge", { host: host1 });
  const bbox01 = new Box("bbox01", { networks: [{ network: bridge }] });
  new Box("bbox02", { network: "host", host: host1 });
  new Box("bbox03", { network: "none", host: host1 });
  new JoinedBox("bbox04", { joins: bbox01 });

  // The engine lists the boxes of these two modes as members of networks of the same name.
  const mode = (name: string) => ({ networkName: name, engineName: name, host: host1 });
  const topology = new Topology("topology", {
    host: host1,
    claims: [
      interfaces("bbox01", ["lo", "eth0"]),
      pingAddress("bbox01", bridge.gateway),
      sameInterfaces("bbox02", "host1"),
      interfaces("bbox03", ["lo"]),
      noPingAddress("bbox03", bridge.gateway, {
        controls: [pingProbe("bbox03", address("127.0.0.1")), pingProbe("bbox01", address(bridge.gateway))],
      }),
      sameInterfaces("bbox04", "bbox01"),
      pingAddress("bbox04", bridge.gateway),
      members(bridge, ["bbox01"]),
      members(mode("host"), ["bbox02"]),
      members(mode("none"), ["bbox03"]),
    ],
    drills: [stopJoined],
  });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}

const stopJoined: Drill = {
  name: "stop-bbox01",
  title: "bbox04 has the interfaces of bbox01 only as long as bbox01 runs",
  steps: [
    {
      title: "stop bbox01",
      on: "host1",
      run: "docker stop bbox01",
      undo: "docker start bbox01 && docker restart bbox04",
      then: [interfaces("bbox04", ["lo"])],
    },
    {
      title: "start bbox01 again",
      on: "host1",
      run: "docker start bbox01",
      // The namespace of bbox04 is that of the bbox01 which was stopped.
      then: [interfaces("bbox01", ["lo", "eth0"]), interfaces("bbox04", ["lo"])],
    },
    {
      title: "restart bbox04",
      on: "host1",
      run: "docker restart bbox04",
      then: [sameInterfaces("bbox04", "bbox01")],
    },
  ],
};
