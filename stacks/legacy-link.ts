import {
  Box,
  DefaultBridge,
  LinkedBox,
  type Machine,
  members,
  mesh,
  noPingByName,
  ownGround,
  pingByName,
  pingProbe,
  settings,
  Topology,
  Verification,
  type z,
} from "../components/index.ts";

export const about = {
  name: "legacy-link",
  title: "--link: a name on the default bridge, in one direction only",
  article: "docker run --name box2 --link box1: box2 knows box1 by name, box1 does not know box2",
  needs: ["bridge", "veth", "iptables"],
  config: settings(["container"], {}),
} as const;

export function build(config: z.infer<typeof about.config>, machine: Machine) {
  const { host1 } = ownGround(about, config, machine);

  const bridge = new DefaultBridge("bridge", { host: host1 });
  const box1 = new Box("box1", { networks: [{ network: bridge }] });
  new LinkedBox("box2", { links: [{ box: box1 }] });

  const controls = [pingProbe("box1", "box2"), pingProbe("box2", "box1")] as const;
  const topology = new Topology("topology", {
    host: host1,
    claims: [
      members(bridge, ["box1", "box2"]),
      ...mesh(["box1", "box2"]),
      pingByName("box2", "box1"),
      noPingByName("box1", "box2", { controls }),
    ],
  });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}
