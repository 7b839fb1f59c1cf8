import {
  addressOf,
  Box,
  DefaultBridge,
  deleteRule,
  type Drill,
  flag,
  http,
  httpProbe,
  httpRefused,
  IptablesPolicy,
  IptablesRule,
  type Machine,
  noRule,
  ownGround,
  rule,
  type RulePlace,
  seenAs,
  settings,
  Topology,
  Verification,
  type z,
} from "../components/index.ts";

export const about = {
  name: "port-publish",
  title: "A published port: DNAT into a container, by Docker and by hand",
  article:
    "web with -p 8080:80 and Docker's rules for it; a second one without -p, and iptables -I DOCKER ... DNAT",
  needs: ["bridge", "veth", "iptables"],
  config: settings(["container"], {
    byHand: flag(false, "lead port 8081 to web2 with a rule made by hand"),
  }),
} as const;

/** Docker's two rules for `-p 8080:80`, and for a box that talks to its own published port. */
const published: readonly RulePlace[] = [
  {
    table: "nat",
    chain: "DOCKER",
    rule: "! -i docker0 -p tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80",
  },
  {
    table: "nat",
    chain: "POSTROUTING",
    rule: "-s 172.17.0.2 -d 172.17.0.2 -p tcp --dport 80 -j MASQUERADE",
  },
];
const dnat = {
  table: "nat",
  chain: "DOCKER",
  rule: "! -i docker0 -p tcp --dport 8081 -j DNAT --to-destination 172.17.0.3:80",
} as const;

export function build(config: z.infer<typeof about.config>, machine: Machine) {
  const { host1, outside } = ownGround(about, config, machine);

  const bridge = new DefaultBridge("bridge", { host: host1 });
  const web = new Box("web", {
    networks: [{ network: bridge }],
    ports: [{ external: 8080, internal: 80 }],
    command: ["vethlab-web"],
  });
  new Box("web2", { networks: [{ network: bridge }], command: ["vethlab-web"], after: [web] });
  new IptablesRule("dnat-to-web2", { host: host1, ...dnat, position: "insert", present: config.byHand });
  // What DNAT has led to web2 is forwarded; with DROP, which Docker may have set, it would need a rule of its own too.
  new IptablesPolicy("forward", { host: host1, chain: "FORWARD", policy: "ACCEPT" });

  const topology = new Topology("topology", {
    host: host1,
    claims: [
      http("host1", "127.0.0.1", { port: 8080, contains: "hello from web\n" }),
      ...clients.map((from) => http(from, host, { port: 8080, contains: "hello from web\n" })),
      // DNAT changes whom a packet is for, not whom it is from.
      seenAs("outside", host, outside.underlayAddress, { port: 8080 }),
      ...published.map((place) => rule("host1", place)),
      http("host1", "web2", { contains: "hello from web2\n" }),
      ...(config.byHand
        ? [...reached, seenAs("outside", host, outside.underlayAddress, { port: 8081 })]
        : refused),
      (config.byHand ? rule : noRule)("host1", dnat),
    ],
    drills: config.byHand ? [] : [dnatByHand],
  });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}

const clients = ["host1", "outside"] as const;
const host = addressOf("host1", "underlay");

const reached = clients.map((from) => http(from, host, { port: 8081, contains: "hello from web2\n" }));
const refused = clients.map((from) =>
  httpRefused(from, host, {
    port: 8081,
    controls: [httpProbe(from, host, { port: 8080 }), httpProbe("host1", "web2")],
  }),
);

const dnatByHand: Drill = {
  name: "dnat-by-hand",
  title: "What -p does, done by hand: a way in for port 8081, and its removal",
  steps: [
    {
      title: "lead port 8081 to web2",
      on: "host1",
      run: `iptables -t nat -I DOCKER ${dnat.rule}`,
      undo: deleteRule(dnat.table, dnat.chain, dnat.rule),
      then: [rule("host1", dnat), ...reached],
    },
    {
      title: "take the DNAT rule out",
      on: "host1",
      run: `iptables -t nat -D DOCKER ${dnat.rule}`,
      then: [...refused, noRule("host1", dnat)],
    },
  ],
};
