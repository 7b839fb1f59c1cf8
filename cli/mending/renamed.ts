import { readable, removeRemains, stackNames } from "../backend.ts";
import { WrongUse } from "../exit.ts";
import { removeFiles } from "./remove.ts";
import { labelledAs, type StackState } from "./state.ts";
import { forgetUndo } from "./undo-record.ts";

/*
 * `pulumi stack rename` renames the record alone. All that stands keeps the names and labels that it was made with, until
 * `vethlab up` builds it anew.
 */

/** The name of a stack that its labels on the engine have: the one that it had when it was built. */
export function labelOf(stack: string, state: StackState): string {
  return labelledAs(state)?.stack ?? stack;
}

/** The stack whose things carry this one's name in their labels, since it was renamed after it was built. */
export function heirOf(stack: string): string | undefined {
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

/** What `status` tells of a stack that was renamed. */
export function describeRename(stack: string, former: string): string {
  return `it was renamed, and stands under its former name ${former}: npx vethlab up ${stack} builds it anew as ${stack}`;
}

/**
 * Refuses to touch what carries a stack's name and is recorded under another.
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
