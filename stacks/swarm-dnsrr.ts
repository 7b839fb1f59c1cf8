import {
  allAddresses,
  type Claim,
  type Drill,
  isUsers,
  killTask,
  type Machine,
  noVirtualAddress,
  OverlayNetwork,
  OverlayService,
  peers,
  scaleTo,
  settings,
  Swarm,
  taskNames,
  tasksReach,
  Topology,
  Verification,
  wholeNumber,
  wideLabGround,
  z,
} from "../components/index.ts";

export const about = {
  name: "swarm-dnsrr",
  title: "A service without a virtual address: its name stands for all its tasks",
  article:
    "docker service create --replicas 3 --endpoint-mode dnsrr --name my-dnsrr-nginx --network ngx_net nginx",
  needs: ["bridge", "veth", "vxlan", "iptables"],
  config: settings(["container", "ssh"], {
    replicas: wholeNumber({ min: 1, max: 100 }, 3, "how many tasks the service has"),
    subnet: z.string().default("10.10.0.0/16").describe("IPv4 CIDR of ngx_net"),
  }),
} as const;

export function build(config: z.infer<typeof about.config>, machine: Machine) {
  const { hosts } = wideLabGround(about, config, machine, 3);
  const swarm = new Swarm("swarm", { members: hosts.map((host) => ({ host })) });
  const ngxNet = new OverlayNetwork("ngx_net", { space: swarm, subnet: config.subnet });
  const service = new OverlayService("my-dnsrr-nginx", {
    swarm,
    networks: [ngxNet],
    replicas: config.replicas,
    endpointMode: "dnsrr",
    command: ["vethlab-web"],
  });

  const named = [allAddresses(service, service, ngxNet), taskNames(service, service, ngxNet)];
  const topology = new Topology("topology", {
    host: swarm.creator,
    claims: [
      ...named,
      noVirtualAddress(service),
      // One alone has nobody to ping.
      ...(config.replicas > 1 ? [tasksReach(service, service, ngxNet)] : []),
      // Then each host has a task, and with it the network.
      ...(config.replicas < hosts.length ? [] : [peers(ngxNet, swarm.creator, hosts)]),
    ],
    // On machines of the user's a task of theirs could be killed in its place.
    drills: isUsers(swarm.creator) || config.replicas === 1 ? [] : drills(config.replicas, named),
  });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}

/** @param named what holds of the names, however many tasks there are, and whichever */
function drills(replicas: number, named: Claim[]): Drill[] {
  const fewer = replicas - 1;
  return [
    {
      name: "scale",
      title: "One task less: the name has one address less",
      steps: [
        {
          title: `scale my-dnsrr-nginx to ${fewer}`,
          on: "host1",
          run: scaleTo("my-dnsrr-nginx", fewer),
          undo: scaleTo("my-dnsrr-nginx", replicas),
          then: named,
        },
      ],
    },
    {
      name: "kill-task",
      title: "A task is killed: the Swarm starts another, and the name follows",
      steps: [
        {
          title: "kill the task of host1",
          on: "host1",
          run: killTask("my-dnsrr-nginx"),
          then: named,
        },
      ],
    },
  ];
}
