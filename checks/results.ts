import type { Claim } from "../topology/claims/index.ts";

/** The result of one claim. */
export interface ClaimResult {
  /** The claim in one short sentence. */
  claim: string;
  /** Positive: proven by an answer. Negative: by silence or refusal. Inspection: by the state of a kernel. */
  polarity: "positive" | "negative" | "inspection";
  holds: boolean;
  expected: string;
  observed: string;
  /** From the first question to the decision. */
  seconds: number;
  /** A command that shows a person the same. */
  byHand: string;
}

/** The results of all claims of a lab: the file of check results, and `vethlab verify --json`. */
export interface Report {
  version: 1;
  stack: string;
  lab: string;
  /** Start of the tests, ISO 8601. */
  startedAt: string;
  /** Duration of the tests. */
  seconds: number;
  /** Whether every claim holds, and there is at least one. */
  ok: boolean;
  /** In the lab's order. */
  results: ClaimResult[];
}

/** The polarity of a claim. */
export function polarityOf(claim: Claim): ClaimResult["polarity"] {
  if ("controls" in claim) return "negative";
  return "probe" in claim ? "positive" : "inspection";
}

/** Exit status of a command that has tested: 1 when a claim failed. */
export function exitStatusOf(report: Report): 0 | 1 {
  return report.ok ? 0 : 1;
}

/** `18 of 18 claims hold (1.1 s)`. */
export function summaryOf({ ok, results, seconds }: Report): string {
  if (results.length === 0 && !ok)
    return "The lab claims nothing: nothing is shown of it. Give its Topology claims.";
  const holding = results.filter(({ holds }) => holds).length;
  return `${holding} of ${results.length} claims hold (${seconds.toFixed(1)} s)`;
}
