import { enterLabEnvironment } from "../environment.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { known, resolveStack } from "../labs.ts";
import { type LabStatus, statusOf } from "../mending/status-of.ts";
import { tableOf } from "../showing/table.ts";
import { withUndo } from "../mending/undo.ts";

/** `vethlab status`: how one lab is, or all that exist. */
export async function status(
  name: string | undefined,
  { json = false }: { json?: boolean },
): Promise<ExitCode> {
  const about = known();
  const targets = (name === undefined ? about.stacks : [name]).map((one) => resolveStack(one, about));
  await enterLabEnvironment();
  const found = (await Promise.all(targets.map((target) => statusOf(target)))).map(withUndo);
  if (json) console.log(JSON.stringify(name === undefined ? found : found[0], undefined, 2));
  else console.log(found.length === 0 ? "No lab is up." : statusTable(found));
  return EXIT.allWell;
}

function statusTable(found: readonly LabStatus[]): string {
  return tableOf(
    ["stack", "lab", "status", "found"],
    found.map(({ stack, lab, health, findings }) => [stack, lab ?? "not known", health, findings.join("\n")]),
  );
}
