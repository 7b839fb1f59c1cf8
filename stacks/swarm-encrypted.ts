import {
  deleteRule,
  type Drill,
  esp,
  flag,
  type Machine,
  OverlayNetwork,
  OverlayService,
  settings,
  Swarm,
  taskNames,
  tasksCutOff,
  tasksMtu,
  tasksReach,
  Topology,
  Verification,
  vxlanOf,
  wideGround,
  wire,
  z,
} from "../components/index.ts";

export const about = {
  name: "swarm-encrypted",
  title: "An encrypted overlay network: ESP between the hosts, and beside it one that all can read",
  article: "docker network create --driver overlay --opt encrypted --subnet 10.10.0.0/16 ngx_net",
  needs: ["bridge", "veth", "vxlan", "iptables", "esp"],
  config: settings(["auto", "container", "vm"], {
    encrypted: flag(true, "whether ngx_net is encrypted"),
    subnet: z.string().default("10.10.0.0/16").describe("IPv4 CIDR of ngx_net"),
    plainSubnet: z.string().default("10.20.0.0/16").describe("IPv4 CIDR of plain_net"),
  }),
} as const;

export function build(config: z.infer<typeof about.config>, machine: Machine) {
  const { encrypted } = config;
  const { hosts } = wideGround(about, config, machine, 2);
  const swarm = new Swarm("swarm", { members: hosts.map((host) => ({ host })) });
  const ngxNet = new OverlayNetwork("ngx_net", { space: swarm, subnet: config.subnet, encrypted });
  const plainNet = new OverlayNetwork("plain_net", { space: swarm, subnet: config.plainSubnet });
  // One task on each node: what passes between the two passes the underlay.
  const myTest = new OverlayService("my-test", {
    swarm,
    networks: [ngxNet, plainNet],
    replicas: "global",
    command: ["vethlab-web"],
  });

  const onNgxNet = tasksReach(myTest, myTest, ngxNet);
  const onPlainNet = tasksReach(myTest, myTest, plainNet);
  const firewall: Drill = {
    name: "firewall",
    title: "A firewall that lets no ESP through: names resolve, and nobody on ngx_net answers",
    steps: [
      {
        title: "drop ESP that comes to host1",
        on: "host1",
        run: "iptables -I INPUT -p esp -j DROP",
        undo: deleteRule("filter", "INPUT", "-p esp -j DROP"),
        then: [
          tasksCutOff(myTest, ngxNet, { reachedOn: plainNet }),
          onPlainNet,
          taskNames(myTest, myTest, ngxNet),
        ],
      },
    ],
  };
  const topology = new Topology("topology", {
    host: swarm.creator,
    claims: [
      onNgxNet,
      onPlainNet,
      wire("host1", {
        during: onNgxNet,
        ...(encrypted ? { seen: esp, notSeen: vxlanOf(ngxNet) } : { seen: vxlanOf(ngxNet), notSeen: esp }),
      }),
      wire("host1", { during: onPlainNet, seen: vxlanOf(plainNet) }),
      tasksMtu(myTest, ngxNet, ngxNet.mtuBytes),
      tasksMtu(myTest, plainNet, plainNet.mtuBytes),
    ],
    drills: encrypted ? [firewall] : [],
  });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}
