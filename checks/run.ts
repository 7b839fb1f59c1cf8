import type { Claim } from "../topology/claims/index.ts";
import type { Topology, TopologyNode } from "../topology/document.ts";
import type { Answer, Ask } from "../reach/asking.ts";
import { commandLine } from "../topology/shell.ts";
import { byHand } from "./by-hand.ts";
import type { Check, Finding } from "./check.ts";
import { controlCheck, holdingCheck, probeCheck } from "./probe-check.ts";
import { addressedOf } from "./identity.ts";
import { expectedOf } from "./expectations.ts";
import { interruptible } from "../reach/interruptible.ts";
import { isOfServices, kindOf } from "./kinds/index.ts";
import { type Negative, testNegatives } from "./negatives.ts";
import { type ClaimResult, polarityOf, type Report } from "./results.ts";
import { askUntilAllHold, secondsSince, type Timed } from "./rounds.ts";
import { Transport } from "../reach/transport.ts";
import { validateClaims } from "./validate.ts";

/** How far testing has come. */
export interface Progress {
  /** Number of claims that hold so far. */
  holding: number;
  /** Number of all claims. */
  of: number;
  /** The claims that do not hold yet. */
  waitingFor: string[];
  /** Since the first question. */
  seconds: number;
}

const DEADLINE_SECONDS = 15;
/**
 * For services: a node of a Swarm that has missed news of tasks and networks learns them by libnetwork's bulk sync. Every
 * 30 s each node sends everything to one random node: with three nodes a round reaches the right node three times in four.
 * There is time for three rounds.
 */
const SWARM_DEADLINE_SECONDS = 95;
/** Factor of time for an emulated processor, which may share few real ones. */
const EMULATED = 4;

export interface TestOptions {
  /**
   * How long positive claims and inspections are tried again. Default 15; 95 for claims about services; 60 on virtual
   * machines.
   */
  deadlineSeconds?: number;
  /** Called after each round. */
  onProgress?: (progress: Progress) => void;
  /** Environment of the docker command. Default: that of the process. */
  env?: NodeJS.ProcessEnv;
  /**
   * Whether the whole lab is tested: then there must be a claim, and each node must hold the addresses that the topology
   * records. Default: true; false while a drill changes the lab.
   */
  whole?: boolean;
  /** Ends the test early when it is aborted. The report of an aborted test means nothing. Default: none. */
  signal?: AbortSignal | undefined;
}

/**
 * Tests all claims of a standing lab with packets. A claim that fails is a result, not an error; so is a node or a
 * host that is gone.
 * @throws LabError when a claim names what the topology does not have.
 */
export async function testClaims(topology: Topology, options: TestOptions = {}): Promise<Report> {
  validateClaims(topology);
  const transport = new Transport(topology, options.env ?? process.env);
  try {
    const patience = topology.hosts.some(({ kind }) => kind === "vm") ? EMULATED : 1;
    const patient: Ask = (questions, limitSeconds) => transport.ask(questions, limitSeconds * patience);
    const ask = options.signal === undefined ? patient : interruptible(patient, options.signal);
    const ofServices = topology.claims.some((claim) => "inspect" in claim && isOfServices(claim.inspect));
    const deadlineSeconds = Math.max(DEADLINE_SECONDS * patience, ofServices ? SWARM_DEADLINE_SECONDS : 0);
    return await judgeClaims(topology, ask, { deadlineSeconds, whole: true, ...options });
  } finally {
    transport.close();
  }
}

/** `testClaims` with a given `ask`. `whole`: default false. */
export async function judgeClaims(
  topology: Topology,
  ask: Ask,
  { deadlineSeconds = DEADLINE_SECONDS, onProgress, whole = false }: TestOptions = {},
): Promise<Report> {
  const startedAt = new Date();
  const started = performance.now();
  const steady = new Map<Check, Claim>();
  const negatives: Negative[] = [];
  for (const claim of topology.claims) {
    if ("controls" in claim) {
      const held = addressedOf(topology, claim.probe, claim.expect);
      negatives.push({
        claim,
        controls: [
          ...claim.controls.map((probe) => controlCheck(topology, probe)),
          ...held.map(({ node, address }) => holdingCheck(topology, node, [address])),
        ],
      });
    } else {
      const check =
        "probe" in claim ? probeCheck(topology, claim) : kindOf(claim.inspect).check(topology, claim.inspect);
      steady.set(check, claim);
    }
  }
  const records = whole ? recordChecks(topology) : new Map<Check, TopologyNode>();
  const always = [...negatives.flatMap(({ controls }) => controls), ...records.keys()];
  const findings = await askUntilAllHold([...steady.keys()], always, ask, deadlineSeconds, (soFar) => {
    const waiting = [...steady].filter(([check]) => soFar.get(check)?.holds !== true);
    onProgress?.({
      holding: steady.size - waiting.length,
      of: topology.claims.length,
      waitingFor: waiting.map(([, { summary }]) => summary),
      seconds: secondsSince(started),
    });
  });
  const outcomes = new Map<Claim, Timed>(await testNegatives(topology, negatives, findings, ask));
  for (const [check, claim] of steady) {
    const finding = findings.get(check);
    if (finding !== undefined) outcomes.set(claim, finding);
  }
  const results = topology.claims.map((claim) => {
    const { holds, observed, seconds } = outcomes.get(claim) ?? {
      holds: false,
      observed: "not tested",
      seconds: 0,
    };
    return {
      claim: claim.summary,
      polarity: polarityOf(claim),
      holds,
      expected: expectedOf(topology, claim),
      observed,
      seconds,
      byHand: byHand(topology, claim),
    };
  });
  results.push(...strays(topology, records, findings));
  return {
    version: 1,
    stack: topology.stack,
    lab: topology.lab,
    startedAt: startedAt.toISOString(),
    seconds: secondsSince(started),
    ok: results.every(({ holds }) => holds) && (!whole || results.length > 0),
    results,
  };
}

/** The check of each node with addresses of its own that it holds them. A node without an answer is no stray. */
function recordChecks(topology: Topology): Map<Check, TopologyNode> {
  return new Map(
    topology.nodes
      .filter(({ interfaces }) => interfaces.length > 0)
      .map((node) => {
        const check = holdingCheck(topology, node.name, recordedOf(node));
        return [{ ...check, judge: (answers) => unlessSilent(check.judge(answers), answers) }, node];
      }),
  );
}

function unlessSilent(finding: Finding, [answer]: readonly Answer[]): Finding {
  const silent = answer === undefined || "unavailable" in answer || answer.status !== 0;
  return silent ? { ...finding, holds: true } : finding;
}

/** The nodes without their recorded addresses: such a lab is not as recorded, even when all claims hold. */
function strays(
  topology: Topology,
  records: ReadonlyMap<Check, TopologyNode>,
  findings: ReadonlyMap<Check, Timed>,
): ClaimResult[] {
  return [...records].flatMap(([check, node]) => {
    const { holds, observed, seconds } = findings.get(check) ?? { holds: true, observed: "", seconds: 0 };
    if (holds) return [];
    return {
      claim: `${node.name} has the addresses that are recorded`,
      polarity: "inspection" as const,
      holds,
      expected: recordedOf(node).join(", "),
      observed,
      seconds,
      byHand: commandLine(["npx", "vethlab", "exec", topology.stack, node.name, "--", "ip", "address"]),
    };
  });
}

function recordedOf({ interfaces }: TopologyNode): string[] {
  return interfaces.map(({ address }) => address);
}
