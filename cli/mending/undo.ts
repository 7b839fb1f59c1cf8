import { rmSync } from "node:fs";
import type { ScriptResult } from "../../checks/drill-results.ts";
import { undoAll } from "../../checks/drill.ts";
import { hostOf } from "../../reach/places.ts";
import { standingFile } from "../../checks/report-file.ts";
import { resultsFile } from "../../toolchain/project.ts";
import { readState } from "../backend.ts";
import { groundOf } from "../drill-ground.ts";
import { Failed } from "../exit.ts";
import { describeDiagnostics, pulumiOperation } from "../pulumi.ts";
import { deadLockOn } from "./pulumi-lock.ts";
import { runLockHolder } from "./run-lock.ts";
import type { LabStatus } from "./status-of.ts";
import { describeUndo, forgetUndo, leftUndone, type UndoRecord } from "./undo-record.ts";

/** The warning of `verify` for a stack with a running or broken-off drill. */
export async function undoWarning(stack: string): Promise<string | undefined> {
  const record = leftUndone(stack);
  if (record === undefined) return undefined;
  const holder = await runLockHolder(stack);
  return holder === undefined
    ? describeUndo(record).join("\n")
    : `vethlab (process ${holder}) is at work on it, in the drill "${record.drill}".`;
}

/** The status of a stack, with the steps that a broken-off drill has left. */
export function withUndo(status: LabStatus): LabStatus {
  if (status.health === "running") return status;
  const record = leftUndone(status.stack);
  if (record === undefined) return status;
  return { ...status, health: "interrupted", findings: [...describeUndo(record), ...status.findings] };
}

/**
 * Undoes a broken-off drill before `up` compares and repairs: a box that the drill has stopped is no fault.
 *
 * @returns a function for after the repairs: has a host built anew when a step in it could not be undone
 */
export async function undoBeforeUp(stack: string, say: (line: string) => void): Promise<() => Promise<void>> {
  const record = leftUndone(stack);
  if (record === undefined) return () => Promise.resolve();
  // An engine that the drill has restarted is no drift: the claims tell whether the lab is as before.
  rmSync(standingFile(resultsFile(stack)), { force: true });
  deadLockOn(stack); // throws while Pulumi is at work
  const results = await undo(record);
  for (const { ok, title, on } of results) {
    if (ok) say(`the drill "${record.drill}" was broken off: undone: ${title} (on ${on})`);
  }
  const failed = results.filter(({ ok }) => !ok);
  return () => rebuildHosts(stack, record, failed, say);
}

/** Undoes the steps of a record. */
export function undo(
  record: UndoRecord,
  watcher: Parameters<typeof undoAll>[4] = {},
): Promise<ScriptResult[]> {
  const { topology, drill, steps } = record;
  return undoAll(topology.stack, drill, steps, groundOf(topology), watcher);
}

/** A step that cannot be undone inside of a host goes with the host. */
async function rebuildHosts(
  stack: string,
  { drill, topology }: UndoRecord,
  failed: readonly ScriptResult[],
  say: (line: string) => void,
): Promise<void> {
  for (const { title, on, stderr, status } of failed) {
    const why = stderr || `status ${status}`;
    const host = hostOf(topology, on);
    const resources = readState(stack)?.resources ?? [];
    if (host?.containerId === undefined) {
      throw new Failed(
        [
          `What the drill "${drill}" has done cannot be undone: ${title} (on ${on}): ${why}`,
          `  npx vethlab down ${stack} removes the lab with it.`,
        ].join("\n"),
      );
    }
    const urn = resources.find(({ id }) => id === host.containerId)?.urn;
    if (urn === undefined) continue; // repaired, with all that was in it
    say(`${title} (on ${on}) cannot be undone (${why}): ${host.name} is built anew`);
    const destroyed = await pulumiOperation([
      "destroy",
      "--stack",
      stack,
      "--target",
      urn,
      "--target-dependents",
    ]);
    if (!destroyed.ok) throw new Failed(describeDiagnostics(destroyed.errors));
  }
  forgetUndo(stack);
}
