import type { Question } from "../../reach/asking.ts";
import type { Inspection } from "../../topology/claims/index.ts";
import type { Topology } from "../../topology/document.ts";
import type { Problem } from "../../topology/problems.ts";
import { asking, type Check } from "../check.ts";
import type { Verdict } from "../comparisons.ts";

/** A command, and the node or host where a person types it. */
export type At = [at: string, ...words: string[]];

/** All that is to be known of one kind of claim: what it claims is an inspection of this kind. */
export interface Kind<Of extends Inspection["kind"]> {
  /** What is wrong with such a claim: it names what the lab does not have. */
  problems(topology: Topology, inspect: Extract<Inspection, { kind: Of }>, place: string): Problem[];
  /** How it is tested. */
  check(topology: Topology, inspect: Extract<Inspection, { kind: Of }>): Check;
  /** What must be seen, in words. */
  expected(topology: Topology, inspect: Extract<Inspection, { kind: Of }>): string;
  /** The commands by which a person sees the same. */
  byHand(topology: Topology, inspect: Extract<Inspection, { kind: Of }>): At[];
}

/** A record for each of these kinds. */
export type Kinds<Of extends Inspection["kind"]> = { [One in Of]: Kind<One> };

/** The check that runs one command at each of these places, and compares what they print. */
export function reading(
  at: readonly string[],
  command: readonly string[],
  compare: (outputs: readonly string[]) => Verdict,
): Check {
  const questions: Question[] = at.map((place) => ({ at: place, command }));
  return asking(questions, compare);
}
