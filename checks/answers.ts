/** The answers that a claim about packets can demand. The compiler requires a complete record for every answer. */
import type { NegativeClaim, PositiveClaim, Probe } from "../topology/claims/index.ts";
import type { Topology } from "../topology/document.ts";
import { sameSet, type Verdict } from "./comparisons.ts";
import type { Observation } from "./observation.ts";
import { destinationOf } from "./targets.ts";

/** The answer that a probe must bring. */
export type Expected = (PositiveClaim | NegativeClaim)["expect"];

/** A probe with the answer that it must bring. */
interface Probing<Of extends Expected["answer"]> {
  probe: Probe;
  expect: Extract<Expected, { answer: Of }>;
}

/** One kind of answer. */
interface AnswerKind<Of extends Expected["answer"]> {
  /** Whether the observation shows this answer. */
  isShown(topology: Topology, claim: Probing<Of>, observation: Observation): boolean;
  /** The answer in words. */
  words(topology: Topology, claim: Probing<Of>): string;
}

const kinds: { [Of in Expected["answer"]]: AnswerKind<Of> } = {
  reply: outcome("reply", "reply"),
  open: outcome("connected", "open"),
  contains: {
    isShown: (_, { expect }, { outcome, body = "" }) => outcome === "reply" && body.includes(expect.text),
    words: (_, { expect }) => `an answer with ${JSON.stringify(expect.text)}`,
  },
  "address-of": {
    isShown: (topology, claim, { outcome, addresses = [] }) =>
      outcome === "addresses" && sameSet(addresses, destinations(topology, claim)),
    words: (topology, claim) => destinations(topology, claim).join(", "),
  },
  "no reply": outcome("no reply", "silence", "unreachable"),
  "no way": outcome("no reply, or ICMP's no", "silence", "unreachable", "turned away"),
  refused: outcome("connection refused", "refused"),
  "unknown name": outcome("unknown name", "unknown name"),
  unresolved: outcome("no address", "unknown name", "no name server"),
};

/** Whether the observation of a probe shows the claimed answer. */
export function judge(
  topology: Topology,
  claim: Probing<Expected["answer"]>,
  observation: Observation,
): Verdict {
  return {
    holds: kindOf(claim.expect).isShown(topology, claim, observation),
    observed: observation.text,
  };
}

/** The claimed answer in words. */
export function answerInWords(topology: Topology, claim: Probing<Expected["answer"]>): string {
  return kindOf(claim.expect).words(topology, claim);
}

function kindOf<Of extends Expected["answer"]>({ answer }: { answer: Of }): AnswerKind<Of> {
  return kinds[answer];
}

/** An answer that is one of these outcomes. */
function outcome<Of extends Expected["answer"]>(
  words: string,
  ...outcomes: Observation["outcome"][]
): AnswerKind<Of> {
  return {
    isShown: (_topology, _claim, observation) => outcomes.includes(observation.outcome),
    words: () => words,
  };
}

function destinations(topology: Topology, { probe, expect }: Probing<"address-of">): string[] {
  return expect.nodes.map((node) => destinationOf(topology, probe.from, node));
}
