import type { Claim } from "../topology/claims.ts";
import type { Topology } from "../topology/document.ts";
import type { Ask } from "../reach/asking.ts";
import { byHand } from "./by-hand.ts";
import { type Check, controlCheck, steadyCheck } from "./check.ts";
import { expectedOf } from "./expectations.ts";
import { interruptible } from "../reach/interruptible.ts";
import { type Negative, testNegatives } from "./negatives.ts";
import { polarityOf, type Report } from "./results.ts";
import { askUntilAllHold, secondsSince, type Timed } from "./rounds.ts";
import { isOfServices } from "./service-words.ts";
import { Transport } from "../reach/transport.ts";
import { validateClaims } from "./validate.ts";

/** How far testing has come. */
export interface Progress {
  /** Claims that have been shown to hold. */
  holding: number;
  /** All claims of the lab. */
  of: number;
  /** The claims that are waited for. */
  waitingFor: string[];
  /** Since testing began. */
  seconds: number;
}

const DEADLINE_SECONDS = 15;
/**
 * Of services: what a node of a Swarm has missed of the others' tasks and networks it learns when they next tell one
 * another all, every 30 s (libnetwork's bulk sync).
 */
const SWARM_DEADLINE_SECONDS = 45;
/** How much more time an emulated processor is given, which may have to share few real ones. */
const EMULATED = 4;

export interface TestOptions {
  /**
   * For how long positive claims and inspections are tried again. Default 15; 45 where claims are about services; 60 on
   * virtual machines.
   */
  deadlineSeconds?: number;
  /** Called after each round. */
  onProgress?: (progress: Progress) => void;
  /** Environment of the docker command. Default: that of the process. */
  env?: NodeJS.ProcessEnv;
  /** Once it is aborted the test comes back soon; what it then says is worth nothing. Default: it is never. */
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
    return await judgeClaims(topology, ask, { deadlineSeconds, ...options });
  } finally {
    transport.close();
  }
}

/** `testClaims` by any way of asking. */
export async function judgeClaims(
  topology: Topology,
  ask: Ask,
  { deadlineSeconds = DEADLINE_SECONDS, onProgress }: TestOptions = {},
): Promise<Report> {
  const startedAt = new Date();
  const started = performance.now();
  const steady = new Map<Check, Claim>();
  const negatives: Negative[] = [];
  for (const claim of topology.claims) {
    if ("controls" in claim) {
      negatives.push({ claim, controls: claim.controls.map((probe) => controlCheck(topology, probe)) });
    } else {
      steady.set(steadyCheck(topology, claim), claim);
    }
  }
  const controls = negatives.flatMap((negative) => negative.controls);
  const findings = await askUntilAllHold([...steady.keys()], controls, ask, deadlineSeconds, (soFar) => {
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
  return {
    version: 1,
    stack: topology.stack,
    lab: topology.lab,
    startedAt: startedAt.toISOString(),
    seconds: secondsSince(started),
    ok: results.every(({ holds }) => holds),
    results,
  };
}
