import {
  address,
  Box,
  DefaultBridge,
  http,
  httpProbe,
  httpRefused,
  JoinedBox,
  labGround,
  type Machine,
  sameInterfaces,
  settings,
  Topology,
  Verification,
  type z,
} from "../components/index.ts";

export const about = {
  name: "joined-web",
  title: "A joined container: two containers, one set of interfaces",
  article:
    "web1 serves HTTP; a box started with --network=container:web1 has its MAC, its IP and its 127.0.0.1",
  needs: ["bridge", "veth", "iptables"],
  config: settings(["container", "local", "ssh"], {}),
} as const;

export function build(config: z.infer<typeof about.config>, machine: Machine) {
  const { host1 } = labGround(about, config, machine);

  const bridge = new DefaultBridge("bridge", { host: host1 });
  const web1 = new Box("web1", { networks: [{ network: bridge }], command: ["vethlab-web"] });
  new JoinedBox("joined", { joins: web1 });
  new Box("apart", { networks: [{ network: bridge }], after: [web1] });

  const topology = new Topology("topology", {
    host: host1,
    claims: [
      sameInterfaces("joined", "web1"),
      http("joined", address("127.0.0.1"), { contains: "web1" }),
      http("apart", "web1", { contains: "web1" }),
      httpRefused("apart", address("127.0.0.1"), { controls: [httpProbe("apart", "web1")] }),
    ],
  });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}
