import {
  type Claim,
  type Drill,
  dropAll,
  isUsers,
  killHost,
  type Machine,
  network,
  noNetwork,
  noPing,
  OverlayNetwork,
  OverlayService,
  passAll,
  peers,
  pingProbe,
  restartEngine,
  setAvailability,
  settings,
  settle,
  spreadAnew,
  startAll,
  startHost,
  Swarm,
  taskNames,
  tasksMtu,
  tasksOn,
  tasksReach,
  tasksWalledOff,
  Topology,
  Verification,
  wholeNumber,
  wideLabGround,
  z,
} from "../components/index.ts";

export const about = {
  name: "swarm-overlay",
  title: "An overlay network of a Swarm: on the nodes that have a task, and only there",
  article:
    "docker network create --driver overlay ngx_net; docker service create --replicas 5 --network ngx_net --name my-test; my-test2",
  needs: ["bridge", "veth", "vxlan", "iptables"],
  config: settings(["container", "ssh"], {
    hosts: wholeNumber({ min: 3, max: 12 }, 3, "how many hosts the Swarm has, 3 to 12"),
    replicas: wholeNumber({ min: 2, max: 100 }, 5, "how many tasks my-test has, 2 to 100"),
    drain: z
      .string()
      .regex(/^(none|host([2-9]|1[0-2]))$/, "must be none, host2, host3, ...; host1 is the manager")
      .default("host3")
      .describe("the host that may not have tasks: its own move to the others"),
    subnet: z.string().default("10.10.0.0/16").describe("IPv4 CIDR of ngx_net"),
    mtu: wholeNumber(
      { min: 576, max: 9216 },
      1500,
      "MTU of the way between the hosts, in bytes; the overlays have 50 less",
    ),
    otherSubnet: z.string().default("10.20.0.0/16").describe("IPv4 CIDR of other_net"),
  }),
} as const;

export function build(config: z.infer<typeof about.config>, machine: Machine) {
  const { hosts } = wideLabGround(about, config, machine, config.hosts);
  const { drain, replicas, mtu: underlayMtuBytes } = config;
  const drained = hosts.find(({ hostName }) => hostName === drain);
  const used = hosts.filter((host) => host !== drained);

  const swarm = new Swarm("swarm", {
    members: hosts.map((host) => ({ host, availability: host === drained ? "drain" : "active" })),
    // A node that is lost is missed after 6 s.
    heartbeatSeconds: 2,
  });
  const { creator: host1 } = swarm;
  if (drained === undefined && drain !== "none") {
    host1.site.plan.problem({
      place: "config.drain",
      value: drain,
      allowed: `the Swarm has ${hosts.length} hosts`,
      fix: "use host2, host3 or none, or set hosts to more",
    });
  }
  const ngxNet = new OverlayNetwork("ngx_net", { space: swarm, subnet: config.subnet, underlayMtuBytes });
  const otherNet = new OverlayNetwork("other_net", {
    space: swarm,
    subnet: config.otherSubnet,
    underlayMtuBytes,
  });
  const web = { swarm, command: ["vethlab-web"], update: { parallelism: 0 } };
  const myTest = new OverlayService("my-test", { ...web, networks: [ngxNet], replicas });
  const myTest2 = new OverlayService("my-test2", { ...web, networks: [ngxNet] });
  const stranger = new OverlayService("stranger", {
    ...web,
    networks: [otherNet],
    replicas: 2,
    after: [myTest, myTest2],
  });

  /** What holds wherever the tasks are. */
  const together: Claim[] = [
    taskNames(myTest2, myTest, ngxNet),
    taskNames(myTest, myTest, ngxNet),
    tasksReach(myTest, myTest, ngxNet),
    tasksReach(myTest2, myTest, ngxNet),
  ];
  const large = tasksMtu(myTest, ngxNet, ngxNet.mtuBytes);
  const apart = tasksWalledOff([stranger, otherNet], [myTest, ngxNet]);
  const empty = (hostName: string): Claim[] => {
    const host = { hostName };
    return [
      ...[myTest, myTest2, stranger].map((service) => tasksOn(service, { [hostName]: 0 })),
      ...[ngxNet, otherNet].map(({ networkName, engineName }) =>
        noNetwork({ networkName, engineName, host }),
      ),
    ];
  };
  const onHost = (hostName: string) =>
    network({ networkName: "ngx_net", engineName: "ngx_net", host: { hostName } });
  // With so many tasks each host that may have one has one.
  const everywhere = drained !== undefined && replicas >= used.length ? [peers(ngxNet, host1, used)] : [];

  const topology = new Topology("topology", {
    host: host1,
    claims: [...together, large, apart, ...(drained === undefined ? [] : empty(drain)), ...everywhere],
    // They change what nodes do and what firewalls let pass: not on machines of the user's.
    drills: drain === "host3" && hosts.length === 3 && !isUsers(host1) ? drills() : [],
  });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };

  function drills(): Drill[] {
    const services = ["my-test", "my-test2", "stranger"];
    // Undone last of all: a Swarm does not move tasks back by itself.
    const look = {
      title: "look where the tasks are",
      on: "host1",
      run: `docker service ps --filter desired-state=running ${services.join(" ")}`,
      undo: spreadAnew("host2", services),
      then: [],
    };
    const allRun = {
      title: "wait until all tasks run",
      on: "host1",
      run: settle,
      then: [...together, apart],
    };
    const gone: Claim[] = [
      ...[myTest, myTest2, stranger].map((service) => tasksOn(service, { host2: 0, host3: 0 })),
      ...together,
    ];
    return [
      {
        name: "scale",
        title: "Fewer tasks: tasks.my-test follows",
        steps: [
          {
            title: "scale my-test to 2",
            on: "host1",
            run: "docker service scale --detach my-test=2",
            undo: spreadAnew("host2", ["my-test"], replicas),
            then: together,
          },
        ],
      },
      {
        name: "drain",
        title: "The tasks of a drained node move, and the network goes with them",
        steps: [
          {
            title: "let host3 have tasks",
            on: "host1",
            run: "docker node update --availability active host3",
            undo: setAvailability("host3", "drain"),
            // A Swarm moves nothing that runs.
            then: [tasksOn(myTest, { host3: 0 })],
          },
          {
            title: "drain host2",
            on: "host1",
            run: setAvailability("host2", "drain"),
            undo: "docker node update --availability active host2",
            then: [...empty("host2"), onHost("host3"), ...together, apart],
          },
        ],
      },
      {
        name: "partition",
        title: "host1 and host2 hear nothing of one another: the Swarm runs the tasks elsewhere, and heals",
        steps: [
          look,
          {
            title: "drop all packets between host1 and host2",
            on: "host2",
            run: dropAll(host1.address),
            undo: passAll(host1.address),
            then: [
              noPing("host1", "host2", {
                controls: [pingProbe("host1", "host3"), pingProbe("host3", "host2")],
              }),
              ...gone,
            ],
          },
          { title: "let them pass again", on: "host2", run: passAll(host1.address), then: [...together] },
        ],
      },
      {
        name: "restart-engine",
        title: "The engine of host2 is restarted: its tasks are started anew",
        steps: [
          look,
          {
            title: "restart the engine of host2",
            on: "host2",
            run: restartEngine(),
            undo: startAll(),
            then: [],
          },
          allRun,
        ],
      },
      {
        name: "kill-host",
        title:
          "host2 is killed, as by a loss of power: the Swarm runs its tasks elsewhere, and takes it back",
        steps: [
          look,
          { title: "kill host2", on: "host2", run: killHost, undo: startHost, then: gone },
          { title: "start it again", on: "host2", run: startHost, then: [] },
          allRun,
        ],
      },
    ];
  }
}
