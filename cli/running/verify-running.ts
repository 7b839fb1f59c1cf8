/** Tests the claims of a Compose file on the project as it runs on the user's engine. */
import type { ClaimResult, Report } from "../../checks/results.ts";
import { polarityOf } from "../../checks/results.ts";
import type { Claim } from "../../topology/claims/index.ts";
import { nodesIn, type RunningProject } from "../../compose/running.ts";
import { testNow } from "../verification.ts";
import { withProbes } from "./probe-containers.ts";

/** The report, with what could not be asked as claims that do not hold. */
export async function verifyRunning(project: RunningProject): Promise<Report> {
  const { topology, told, untestable, absent } = project;
  const tested = await withProbes(topology, (probed) => testNow(probed));
  const results = [
    ...tested.results,
    ...told.map(({ claim, holds, observed }) => ({ ...resultOf(claim), holds, observed })),
    ...untestable.map((claim) => ({ ...resultOf(claim), observed: absentIn(claim, absent) })),
  ];
  return { ...tested, results, ok: results.length > 0 && results.every(({ holds }) => holds) };
}

function resultOf(claim: Claim): ClaimResult {
  return {
    claim: claim.summary,
    polarity: polarityOf(claim),
    holds: false,
    expected: "probe" in claim ? "an answer of a running container" : "the same network namespace",
    observed: "",
    seconds: 0,
    byHand: "docker compose ps --all",
  };
}

function absentIn(claim: Claim, absent: RunningProject["absent"]): string {
  const nodes = [...new Set(nodesIn(claim))].filter((name) => absent.has(name));
  return nodes.map((name) => `${name} does not run: ${absent.get(name) ?? ""}`).join(", ");
}
