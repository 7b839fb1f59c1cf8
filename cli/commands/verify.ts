import { reportTable } from "../../checks/table.ts";
import { enterLabEnvironment } from "../environment.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { resolveTarget } from "../labs.ts";
import { topologyOf } from "../topology-of.ts";
import { undoWarning } from "../mending/undo.ts";
import { endedBoxes } from "../troubles/ended-boxes.ts";
import { describeTroubles } from "../troubles/trouble.ts";
import { keepJUnit, testNow } from "../verification.ts";

export interface VerifyOptions {
  json?: boolean;
  junit?: string;
}

/** `vethlab verify`: tests the claims of a lab that stands. */
export async function verify(
  name: string | undefined,
  { json = false, junit }: VerifyOptions,
): Promise<ExitCode> {
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
