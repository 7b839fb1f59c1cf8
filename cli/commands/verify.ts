import { reportTable } from "../../checks/table.ts";
import { enterLabEnvironment } from "../environment.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { type RunningOptions, runningOf } from "../running/running-project.ts";
import { verifyRunning } from "../running/verify-running.ts";
import { resolveTarget } from "../labs.ts";
import { topologyOf } from "../topology-of.ts";
import { undoWarning } from "../mending/undo.ts";
import { endedBoxes } from "../troubles/ended-boxes.ts";
import { describeTroubles } from "../troubles/trouble.ts";
import { keepJUnit, testNow } from "../verification.ts";

export interface VerifyOptions extends RunningOptions {
  json?: boolean;
  junit?: string;
}

/** `vethlab verify`: tests the claims of a lab that stands. */
export async function verify(name: string | undefined, options: VerifyOptions): Promise<ExitCode> {
  const { json = false, junit, running = false } = options;
  if (running) return verifyProject(name, options);
  const target = resolveTarget(name);
  const topology = topologyOf(target);
  await enterLabEnvironment();
  const report = await testNow(topology);
  await keepJUnit(junit, report);
  const warning = await undoWarning(target.stack);
  if (warning !== undefined) console.error(warning);
  console.log(json ? JSON.stringify(report, undefined, 2) : reportTable(report));
  const ended = report.ok ? [] : await endedBoxes(topology);
  if (ended.length > 0) console.error(describeTroubles(ended));
  return report.ok ? EXIT.allWell : EXIT.failed;
}

/** A running Compose project, and what of its claims only the twin can show. */
async function verifyProject(name: string | undefined, options: VerifyOptions): Promise<ExitCode> {
  const { json = false, junit } = options;
  const project = await runningOf(name, options);
  const report = await verifyRunning(project);
  await keepJUnit(junit, report);
  const elsewhere = project.elsewhere.map(({ summary }) => summary);
  if (json) console.log(JSON.stringify({ ...report, elsewhere }, undefined, 2));
  else {
    console.log(reportTable(report));
    if (elsewhere.length > 0)
      console.log(
        [
          "",
          "Not tested here, but by the twin (npx vethlab up):",
          ...elsewhere.map((one) => `  ${one}`),
        ].join("\n"),
      );
  }
  return report.ok ? EXIT.allWell : EXIT.failed;
}
