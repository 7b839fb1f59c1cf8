import {
  address,
  Box,
  chainPolicy,
  type Claim,
  DefaultBridge,
  deleteRule,
  type Drill,
  type DrillFile,
  hostBeyond,
  IptablesPolicy,
  IptablesRule,
  type Machine,
  noPingHost,
  noRule,
  outsideSetting,
  ownGround,
  pingAddress,
  pingHost,
  pingProbe,
  restartEngine,
  rule,
  type RulePlace,
  seenAs,
  settings,
  startAll,
  Topology,
  Verification,
  z,
} from "../components/index.ts";

export const about = {
  name: "nat-egress",
  title: "The way out: MASQUERADE, and the policy of FORWARD",
  article: "box1 pings beyond the host; the rules flushed, MASQUERADE by hand, FORWARD DROP and ACCEPT",
  needs: ["bridge", "veth", "iptables"],
  config: settings(["container"], {
    masquerade: z
      .enum(["docker", "byHand", "none"])
      .default("docker")
      .describe("who hides box1 behind the host's address: Docker's rule, one made by hand, or nobody"),
    forward: z
      .enum(["docker", "ACCEPT", "DROP"])
      .default("docker")
      .describe("who lets packets of box1 through: Docker's rule, or without it the policy of FORWARD"),
    outside: outsideSetting,
  }),
} as const;

type Config = z.infer<typeof about.config>;

const byDocker = {
  table: "nat",
  chain: "POSTROUTING",
  rule: "-s 172.17.0.0/16 ! -o docker0 -j MASQUERADE",
} as const;
const byHand = { table: "nat", chain: "POSTROUTING", rule: "-s 172.17.0.0/16 -j MASQUERADE" } as const;
const letOut = { table: "filter", chain: "FORWARD", rule: "-i docker0 ! -o docker0 -j ACCEPT" } as const;

export function build(config: Config, machine: Machine) {
  const { host1, outside } = ownGround(about, config, machine);
  const { masquerade, forward } = config;

  const bridge = new DefaultBridge("bridge", { host: host1 });
  new Box("box1", { networks: [{ network: bridge }] });
  // Docker's own rules stand already: declared, they can be taken out.
  new IptablesRule("masquerade-by-docker", { host: host1, ...byDocker, present: masquerade === "docker" });
  new IptablesRule("masquerade-by-hand", { host: host1, ...byHand, present: masquerade === "byHand" });
  new IptablesRule("let-out-by-docker", { host: host1, ...letOut, present: forward === "docker" });
  // Docker sets DROP itself where it had to turn forwarding on; declared, it is the same on every machine.
  const policy = forward === "ACCEPT" ? "ACCEPT" : "DROP";
  new IptablesPolicy("forward", { host: host1, chain: "FORWARD", policy });

  const stands = (wanted: boolean, place: RulePlace) => (wanted ? rule : noRule)("host1", place);
  const beyond = config.outside ?? outside.address;
  const egress = egressClaims(bridge.gateway, host1.address, beyond, beyond === outside.address);
  const topology = new Topology("topology", {
    host: host1,
    claims: [
      pingAddress("box1", bridge.gateway),
      pingHost("host1", beyond),
      ...(masquerade !== "none" && forward !== "DROP" ? egress.works : egress.fails),
      stands(masquerade === "docker", byDocker),
      stands(masquerade === "byHand", byHand),
      stands(forward === "docker", letOut),
      chainPolicy("host1", { table: "filter", chain: "FORWARD", policy }),
    ],
    drills: masquerade === "docker" && forward === "docker" ? [rulesByHand(egress)] : [],
  });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}

interface Egress {
  works: Claim[];
  fails: Claim[];
}

/**
 * The way from box1 to `beyond`: open, with the host's address as sender, where `beyond` tells whom it sees; or shut, while
 * both ends are alive.
 */
function egressClaims(gateway: string, hostAddress: string, beyond: string, tells: boolean): Egress {
  const controls = [pingProbe("box1", address(gateway)), pingProbe("host1", hostBeyond(beyond))] as const;
  return {
    works: [pingHost("box1", beyond), ...(tells ? [seenAs("box1", "outside", hostAddress)] : [])],
    fails: [noPingHost("box1", beyond, { controls })],
  };
}

/** The article's way, with the FORWARD policy set first: with Docker's DROP nothing would be forwarded once it flushed. */
function rulesByHand({ works, fails }: Egress): Drill {
  const on = "host1";
  const policyIs = (policy: "ACCEPT" | "DROP") =>
    chainPolicy(on, { table: "filter", chain: "FORWARD", policy });
  return {
    name: "rules-by-hand",
    title: "What lets box1 out: Docker's rules, or one MASQUERADE and the policy of FORWARD",
    steps: [
      {
        title: "set the policy of FORWARD to ACCEPT",
        on,
        run: "iptables -P FORWARD ACCEPT",
        undo: "iptables -P FORWARD DROP",
        then: [...works, policyIs("ACCEPT")],
      },
      {
        title: "flush nat and filter",
        on,
        run: keptRules("flush"),
        undo: keptRules("restore"),
        then: [...fails, noRule(on, byDocker), noRule(on, letOut)],
      },
      {
        title: "add MASQUERADE by hand",
        on,
        run: `iptables -t nat -A POSTROUTING ${byHand.rule}`,
        undo: deleteRule(byHand.table, byHand.chain, byHand.rule),
        then: [...works, rule(on, byHand)],
      },
      {
        title: "set the policy of FORWARD to DROP",
        on,
        run: "iptables -P FORWARD DROP",
        then: [...fails, policyIs("DROP")],
      },
      {
        title: "set the policy of FORWARD to ACCEPT again",
        on,
        run: "iptables -P FORWARD ACCEPT",
        then: works,
      },
      {
        title: "restart the engine, and start box1 again",
        on,
        run: restartEngine(["box1"]),
        undo: startAll(["box1"]),
        then: [...works, rule(on, byDocker), rule(on, letOut)],
      },
    ],
  };
}

/** The rules that the drill flushes. */
function keptRules(argument: string): DrillFile {
  return { file: "kept-rules", argument, environment: { KEPT: "/tmp/before-flush.rules" } };
}
