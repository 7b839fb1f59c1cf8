import { inFiles, readable, removeRemains, stackNames } from "../backend.ts";
import { WrongUse } from "../exit.ts";
import { removeFiles } from "./remove.ts";
import { labelledAs, type StackState } from "./state.ts";
import { forgetUndo } from "./undo-record.ts";

/*
 * `pulumi stack rename` renames the record only. Containers and networks keep their old names and labels until `vethlab up`
 * builds the lab anew.
 */

/** The name of a stack in its labels on the engine: its name when it was built. */
export function labelOf(stack: string, state: StackState): string {
  return labelledAs(state)?.stack ?? stack;
}

/** The renamed stack that still has this name in its labels on the engine. */
export function heirOf(stack: string): string | undefined {
  // Elsewhere each record is a question to the backend; that a stack was renamed is seen from itself.
  if (!inFiles) return undefined;
  return stackNames().find((other) => {
    const state = other === stack ? undefined : readable(other);
    return state !== undefined && labelOf(other, state) === stack;
  });
}

/** Removes the files of a stack's former name, and the copy of its record that Pulumi leaves there. */
export function removeFormer(former: string): void {
  if (!stackNames().includes(former)) removeRemains(former);
  removeFiles(former);
  forgetUndo(former);
}

/** The findings of `status` for a renamed stack. */
export function describeRename(stack: string, former: string): string {
  return `it was renamed, and stands under its former name ${former}: npx vethlab up ${stack} builds it anew as ${stack}`;
}

/**
 * Refuses to touch things that carry the name of this stack and belong to a renamed one.
 *
 * @throws WrongUse with what to type instead
 */
export function refuseOfHeir(stack: string): void {
  const heir = heirOf(stack);
  if (heir === undefined) return;
  throw new WrongUse(
    [
      `What stands under the name "${stack}" is recorded as the stack "${heir}", which was renamed.`,
      `  npx vethlab up ${heir} builds it anew as ${heir}; npx vethlab down ${heir} removes it.`,
    ].join("\n"),
  );
}
