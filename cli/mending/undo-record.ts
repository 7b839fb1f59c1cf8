import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { UndoStep } from "../../checks/drill.ts";
import { scriptByHand } from "../../checks/script-by-hand.ts";
import { hostOf } from "../../reach/places.ts";
import { Topology } from "../../topology/document.ts";
import { DrillScript } from "../../topology/drills.ts";
import { resultsDir } from "../../toolchain/paths.ts";
import { readState } from "../backend.ts";

/** What a drill has done and not undone. It is written before each step: a run that is killed leaves it behind. */
export const UndoRecord = z.strictObject({
  version: z.literal(1),
  drill: z.string(),
  /** In the order in which it was done. */
  steps: z.array(z.strictObject({ title: z.string(), on: z.string(), undo: DrillScript })),
  /** The lab as it stood. */
  topology: Topology,
});
export type UndoRecord = z.infer<typeof UndoRecord>;

/** Where the record of a stack lies: beside its results, in a folder where no stack's name can clash. */
export function undoFile(stack: string): string {
  return join(resultsDir, "undo", `${stack}.json`);
}

/** Writes what must be undone; with nothing to undo there is no record. */
export function keepUndo(topology: Topology, drill: string, steps: readonly UndoStep[]): void {
  if (steps.length === 0) {
    forgetUndo(topology.stack);
    return;
  }
  const file = undoFile(topology.stack);
  const record: UndoRecord = { version: 1, drill, steps: [...steps], topology };
  mkdirSync(dirname(file), { recursive: true });
  // Whoever reads it meanwhile, and whatever ends this run, there is the record before or the one after.
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(record, undefined, 2)}\n`);
  renameSync(unfinished, file);
}

/** Removes the record of a stack. */
export function forgetUndo(stack: string): void {
  rmSync(undoFile(stack), { force: true });
}

/** What is still to be undone in a stack. What was done in a host that is no more went with it. */
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

/** The steps of a record whose hosts are still the same. `ids` are those of everything that the stack has recorded. */
export function stillStanding({ steps, topology }: UndoRecord, ids: ReadonlySet<string>): UndoStep[] {
  return steps.filter(({ on }) => {
    const host = hostOf(topology, on);
    return host?.containerId === undefined ? ids.size > 0 : ids.has(host.containerId);
  });
}

/** What is still to be undone, one line for each step, and how: in the order in which it is to be done. */
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
