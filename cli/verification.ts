import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import type { Report } from "../checks/results.ts";
import type { Topology } from "../topology/document.ts";
import { resultsDir, resultsFile } from "../toolchain/paths.ts";

/** How long a claim of a standing lab may fail before that is told: what was built a while ago has settled. */
export const SETTLED_SECONDS = 4;

/** Tests the claims of a lab now; `now` is told how far it has come. */
export async function testNow(
  topology: Topology,
  now: (text: string) => void = () => undefined,
): Promise<Report> {
  const { testClaims } = await import("../checks/run.ts");
  return testClaims(topology, {
    deadlineSeconds: SETTLED_SECONDS,
    onProgress: ({ holding, of, waitingFor: [next] }) => {
      now(`${holding} of ${of} hold${next === undefined ? "" : `; waiting for: ${next}`}`);
    },
  });
}

/**
 * The report of the Verification resource, when it ran after `since`: the claims need not be tested twice in one `up`.
 *
 * @param since milliseconds since 1970
 */
export function reportSince(stack: string, since: number): Report | undefined {
  const file = resultsFile(stack);
  if (!existsSync(file) || statSync(file).mtimeMs < since) return undefined;
  return JSON.parse(readFileSync(file, "utf8")) as Report;
}

/** Keeps a report where the Verification resource keeps its own. */
export function keepReport(stack: string, report: Report): void {
  mkdirSync(resultsDir, { recursive: true });
  writeFileSync(resultsFile(stack), `${JSON.stringify(report, undefined, 2)}\n`);
}
