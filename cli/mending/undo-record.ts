import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { UndoStep } from "../../checks/drill.ts";
import { scriptByHand } from "../../checks/script-by-hand.ts";
import { hostOf } from "../../reach/places.ts";
import { Topology } from "../../topology/document.ts";
import { DrillScript } from "../../topology/drills.ts";
import { resultsDir } from "../../toolchain/project.ts";
import { readState } from "../backend.ts";

/** The steps of a drill that are not undone yet. Written before each step: a killed run leaves the record behind. */
export const UndoRecord = z.strictObject({
  version: z.literal(1),
  drill: z.string(),
  /** In the order of the drill. */
  steps: z.array(z.strictObject({ title: z.string(), on: z.string(), undo: DrillScript })),
  /** The lab at the time of the drill. */
  topology: Topology,
});
export type UndoRecord = z.infer<typeof UndoRecord>;

/** The file of the record: beside the results, in a folder where no stack's name can clash. */
export function undoFile(stack: string): string {
  return join(resultsDir(), "undo", `${stack}.json`);
}

/** Writes the steps that must be undone; without steps it removes the record. */
export function keepUndo(topology: Topology, drill: string, steps: readonly UndoStep[]): void {
  if (steps.length === 0) {
    forgetUndo(topology.stack);
    return;
  }
  const file = undoFile(topology.stack);
  const record: UndoRecord = { version: 1, drill, steps: [...steps], topology };
  mkdirSync(dirname(file), { recursive: true });
  // A reader, or a killed run, finds the old record or the new one, never a half.
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(record, undefined, 2)}\n`);
  renameSync(unfinished, file);
}

/** Removes the record of a stack. */
export function forgetUndo(stack: string): void {
  rmSync(undoFile(stack), { force: true });
}

/** The steps still to be undone in a stack. Steps in a removed host are gone with the host. */
export function leftUndone(stack: string): UndoRecord | undefined {
  const file = undoFile(stack);
  if (!existsSync(file)) return undefined;
  const record = UndoRecord.parse(JSON.parse(readFileSync(file, "utf8")));
  const resources = readState(stack)?.resources ?? [];
  const steps = stillStanding(record, new Set(resources.flatMap(({ id }) => id ?? [])));
  if (steps.length > 0) return { ...record, steps };
  forgetUndo(stack);
  return undefined;
}

/** The steps of a record with an unchanged host. `ids`: of all recorded resources of the stack. */
export function stillStanding({ steps, topology }: UndoRecord, ids: ReadonlySet<string>): UndoStep[] {
  return steps.filter(({ on }) => {
    const host = hostOf(topology, on);
    return host?.containerId === undefined ? ids.size > 0 : ids.has(host.containerId);
  });
}

/** The steps still to be undone, each with its command, in the order of the undoing. */
export function describeUndo({ drill, steps, topology }: UndoRecord): string[] {
  return [
    `The drill "${drill}" was broken off, and is not undone:`,
    ...steps.toReversed().flatMap(({ title, on, undo }) => [
      `  ${title} (on ${on}); by hand:`,
      ...scriptByHand(topology.stack, on, undo)
        .split("\n")
        .map((line) => `    ${line}`),
    ]),
    `Undo it with: npx vethlab drill ${topology.stack} --undo  (npx vethlab up ${topology.stack} does it too)`,
  ];
}
