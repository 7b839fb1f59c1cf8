import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { writeReport } from "../checks/report-file.ts";
import type { Report } from "../checks/results.ts";
import type { Topology } from "../topology/document.ts";
import { reachableEngine } from "../toolchain/engine.ts";
import { resultsFile } from "../toolchain/project.ts";
import { readState } from "./backend.ts";
import { recordedTurn } from "./mending/state.ts";

/** How long a claim of a standing lab may fail before that is told: what was built a while ago has settled. */
export const SETTLED_SECONDS = 4;

/**
 * Tests the claims of a lab now.
 *
 * @param now told how far it has come
 * @param settled whether the lab was built a while ago: a claim that fails is then told sooner. Default: true
 * @throws MachineLacks when claims fail because no engine answers
 */
export async function testNow(
  topology: Topology,
  now: (text: string) => void = () => undefined,
  settled = true,
): Promise<Report> {
  const { testClaims } = await import("../checks/run.ts");
  const report = await testClaims(topology, {
    ...(settled ? { deadlineSeconds: SETTLED_SECONDS } : {}),
    onProgress: ({ holding, of, waitingFor: [next] }) => {
      now(`${holding} of ${of} hold${next === undefined ? "" : `; waiting for: ${next}`}`);
    },
  });
  if (!report.ok) await reachableEngine();
  return report;
}

/** Writes reports for CI, where a file for them is named. */
export async function keepJUnit(file: string | undefined, ...reports: readonly Report[]): Promise<void> {
  if (file !== undefined) writeFileSync(file, (await import("../checks/junit.ts")).reportJUnit(...reports));
}

/** The last report of a lab; undefined when there is none. */
export function lastReport(stack: string): Report | undefined {
  const file = resultsFile(stack);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Report) : undefined;
}

/** Keeps a report where the Verification resource keeps its own: a green one leaves that nothing to test. */
export function keepReport(stack: string, topology: Topology, report: Report): void {
  const state = readState(stack);
  writeReport(resultsFile(stack), topology, report, state === undefined ? "" : recordedTurn(state));
}
