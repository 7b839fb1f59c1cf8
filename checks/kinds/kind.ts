import type { Question } from "../../reach/asking.ts";
import type { Inspection } from "../../topology/claims/index.ts";
import type { Topology } from "../../topology/document.ts";
import type { Problem } from "../../topology/problems.ts";
import { asking, type Check } from "../check.ts";
import type { Verdict } from "../comparisons.ts";

/** A command with the node or host at which a person types it. */
export type At = [at: string, ...words: string[]];

/** One kind of inspection. */
export interface Kind<Of extends Inspection["kind"]> {
  /** The problems of a claim that names something that the lab does not have. */
  problems(topology: Topology, inspect: Extract<Inspection, { kind: Of }>, place: string): Problem[];
  /** The test of a claim. */
  check(topology: Topology, inspect: Extract<Inspection, { kind: Of }>): Check;
  /** The expectation in words. */
  expected(topology: Topology, inspect: Extract<Inspection, { kind: Of }>): string;
  /** The commands that show a person the same. */
  byHand(topology: Topology, inspect: Extract<Inspection, { kind: Of }>): At[];
}

/** A record for each of these kinds. */
export type Kinds<Of extends Inspection["kind"]> = { [One in Of]: Kind<One> };

/** The check that runs one command at each of these places, and compares the output. */
export function reading(
  at: readonly string[],
  command: readonly string[],
  compare: (outputs: readonly string[]) => Verdict,
): Check {
  const questions: Question[] = at.map((place) => ({ at: place, command }));
  return asking(questions, compare);
}
