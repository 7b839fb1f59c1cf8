import type { Claim } from "../topology/claims/index.ts";

/** What came of one claim. */
export interface ClaimResult {
  /** The claim in one short sentence. */
  claim: string;
  /** Positive: shown by an answer. Negative: by silence or refusal. Inspection: by what a kernel holds. */
  polarity: "positive" | "negative" | "inspection";
  holds: boolean;
  expected: string;
  observed: string;
  /** From when it was first asked until it was decided. */
  seconds: number;
  /** A command that shows the same by hand. */
  byHand: string;
}

/** What came of all claims of a lab: the file of check results, and `vethlab verify --json`. */
export interface Report {
  version: 1;
  stack: string;
  lab: string;
  /** When testing began, ISO 8601. */
  startedAt: string;
  /** How long testing took. */
  seconds: number;
  /** Whether every claim holds, and there is one. */
  ok: boolean;
  /** In the order in which the lab claims them. */
  results: ClaimResult[];
}

/** What kind of claim it is. */
export function polarityOf(claim: Claim): ClaimResult["polarity"] {
  if ("controls" in claim) return "negative";
  return "probe" in claim ? "positive" : "inspection";
}

/** Exit status of a command whose work was this report: 1 when a claim failed. */
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
