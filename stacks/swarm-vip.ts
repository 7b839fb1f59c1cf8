import {
  address,
  type Drill,
  hostName,
  loadSpread,
  type Machine,
  OverlayNetwork,
  OverlayService,
  setAvailability,
  settings,
  spreadAnew,
  Swarm,
  taskNames,
  tasksOn,
  tasksReach,
  Topology,
  Verification,
  virtualAddress,
  wholeNumber,
  wideGround,
  z,
} from "../components/index.ts";

export const about = {
  name: "swarm-vip",
  title: "A service's one virtual address, and its published port on every node: both lead to all tasks",
  article:
    "docker service create --replicas 5 --network ngx_net --name my-test -p 80:80 nginx; nslookup my-test; wget -O- my-test",
  needs: ["bridge", "veth", "vxlan", "iptables", "ip_vs"],
  config: settings(["auto", "container", "vm"], {
    replicas: wholeNumber({ min: 2, max: 20 }, 2, "how many tasks my-test has, 2 to 20"),
    port: wholeNumber({ min: 1, max: 65535 }, 80, "port of the nodes that leads to my-test"),
    subnet: z.string().default("10.10.0.0/16").describe("IPv4 CIDR of ngx_net"),
  }),
} as const;

export function build(config: z.infer<typeof about.config>, machine: Machine) {
  const { port, replicas } = config;
  // Tasks answer in turn; each request starts a program, which takes an emulated processor a tenth of a second.
  const requests = 4 * replicas;
  const { hosts, outside } = wideGround(about, config, machine, 3);
  const [host1, , host3] = hosts;
  // host3 has no task: its port answers all the same.
  const swarm = new Swarm("swarm", {
    members: hosts.map((host) => ({ host, availability: host === host3 ? "drain" : "active" })),
  });
  const ngxNet = new OverlayNetwork("ngx_net", { space: swarm, subnet: config.subnet });
  const myTest = new OverlayService("my-test", {
    swarm,
    networks: [ngxNet],
    replicas,
    ports: [{ external: port, internal: 80 }],
    command: ["vethlab-web"],
    update: { parallelism: 0 },
  });

  const oneAddress = virtualAddress(myTest, myTest, ngxNet);
  const allTasks = taskNames(myTest, myTest, ngxNet);
  // By TCP: a virtual address need not answer a ping.
  const byName = loadSpread(myTest, hostName("my-test"), myTest, { requests });
  // From beyond the lab, each node's port leads to all tasks.
  const byPort = hosts.map((host) =>
    loadSpread(outside.node, address(host.address), myTest, { port, requests }),
  );
  const drain: Drill = {
    name: "drain",
    title: "A node is drained: its tasks move, and its port leads to them all the same",
    steps: [
      {
        title: "drain host2",
        on: "host1",
        run: setAvailability("host2", "drain"),
        undo: spreadAnew("host2", ["my-test"]),
        then: [tasksOn(myTest, { host2: 0, host3: 0 }), oneAddress, allTasks, byName, ...byPort],
      },
    ],
  };
  const topology = new Topology("topology", {
    host: host1,
    claims: [
      oneAddress,
      allTasks,
      tasksReach(myTest, myTest, ngxNet),
      byName,
      ...byPort,
      tasksOn(myTest, { host3: 0 }),
    ],
    drills: [drain],
  });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}
