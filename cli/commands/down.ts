import {
  inOwnFiles,
  nothing,
  readable,
  readState,
  removeRemains,
  removeSettings,
  stackNames,
} from "../backend.ts";
import { project } from "../../toolchain/project.ts";
import { viewEngines } from "../mending/engine-view.ts";
import { enterLabEnvironment, enterStackEnvironment } from "../environment.ts";
import { describeError, EXIT, type ExitCode, WrongUse } from "../exit.ts";
import { nearest } from "../../topology/suggest.ts";
import { known, resolveStack } from "../labs.ts";
import { following, type Step, steps } from "../showing/progress.ts";
import { describeDiagnostics, pulumi, pulumiOperation } from "../pulumi.ts";
import { clearDeadRun, leftoversOf, lookAt } from "../mending/repair.ts";
import { type Facts, planRepairs } from "../mending/repairs.ts";
import { refuseForeign } from "../mending/foreign.ts";
import { removeFiles, removeFromEngine, removeImages } from "../mending/remove.ts";
import { heirOf, labelOf, refuseOfHeir, removeFormer } from "../mending/renamed.ts";
import { sshMachinesOf } from "../mending/ssh-machines.ts";
import { withRunLock } from "../mending/run-lock.ts";
import { forgetUndo } from "../mending/undo-record.ts";

export interface DownOptions {
  all?: boolean;
  json?: boolean;
}

/** `vethlab down`: removes a lab, or all of ours, and whatever is left of them. */
export async function down(
  name: string | undefined,
  { all = false, json = false }: DownOptions,
): Promise<ExitCode> {
  if (all ? name !== undefined : name === undefined && project.builtIn)
    throw new WrongUse("Say which lab: npx vethlab down LAB, or all of them: npx vethlab down --all");
  const stacks = all ? await allStacks() : await stacksToRemove(name);
  const removed: string[] = [];
  for (const stack of stacks) {
    await enterStackEnvironment(stack, json);
    await withRunLock(stack, () =>
      steps(json, [
        [
          `Removing ${stack}`,
          async (step) => {
            const something = await removeStack(stack, step);
            if (something) removed.push(stack);
            step.title(something ? `Removed ${stack}` : `${stack}: nothing to remove`);
          },
        ],
      ]),
    );
  }
  if (json) console.log(JSON.stringify({ removed }, undefined, 2));
  else if (stacks.length === 0)
    console.log(name === undefined ? "Nothing to remove." : `${name}: nothing of it is there`);
  return EXIT.allWell;
}

/**
 * A stack may be known by nothing but what is left of it on the engine. One that nothing is left of is removed already;
 * a name that is nearly that of another is a slip.
 */
async function stacksToRemove(name: string | undefined): Promise<string[]> {
  const there = known();
  try {
    return [resolveStack(name, there).stack];
  } catch (error) {
    if (name === undefined) throw error;
    await enterLabEnvironment();
    const { labelled } = await viewEngines(name, []);
    if (labelled.length > 0) return [name];
    if (nearest(name, [...there.labs, ...there.stacks]) !== undefined) throw error;
    return [];
  }
}

async function allStacks(): Promise<string[]> {
  await enterLabEnvironment();
  const { labelled } = await viewEngines(undefined, []);
  const carried = labelled.map(({ stack }) => stack).filter((stack) => heirOf(stack) === undefined);
  // In a backend that others share, stacks may stand on other machines: only those that stand here are meant.
  return [...new Set([...(inOwnFiles ? stackNames() : []), ...carried])].sort();
}

/**
 * Has Pulumi destroy a stack, and then removes whatever of it is still there, so that nothing that a run that was
 * killed has left can stand in the way.
 *
 * @returns whether there was anything
 */
async function removeStack(stack: string, step: Step): Promise<boolean> {
  refuseOfHeir(stack);
  await clearDeadRun(stack, step.say);
  const exists = stackNames().includes(stack);
  const state = readable(stack) ?? nothing;
  // Before anything is removed: what is on a machine that does not answer would be forgotten.
  const facts = await lookAt(stack, state);
  const label = labelOf(stack, state);
  const machines = sshMachinesOf(stack, state);
  if (exists) await destroy(stack, facts, step);
  const { labelled } = exists ? await viewEngines(label, [], machines) : facts;
  await removeFromEngine(labelled);
  await removeImages(stack, machines);
  if (stackNames().includes(stack)) {
    // What it cannot remove goes with the remains.
    refuseForeign(stack, readable(stack) ?? nothing);
    await pulumi(["stack", "rm", "--yes", "--force", "--preserve-config", "--stack", stack]).catch(
      () => undefined,
    );
  }
  removeRemains(stack);
  removeSettings(stack);
  removeFiles(stack);
  forgetUndo(stack);
  if (label !== stack) removeFormer(label);
  return exists || labelled.length > 0;
}

/**
 * Pulumi's part of the removal, its record of the stack with it. Whatever it leaves is removed by its labels afterwards.
 */
async function destroy(stack: string, facts: Facts, step: Step): Promise<void> {
  let why: string;
  try {
    const state = readState(stack);
    if (state === undefined || state.resources.length === 0) return;
    // What is not recorded goes first: it may hold on to a network that is.
    await removeFromEngine(leftoversOf(planRepairs(stack, state, facts)));
    const { ok, errors } = await pulumiOperation(["destroy", "--stack", stack], following(step));
    if (ok) return;
    why = describeDiagnostics(errors);
  } catch (error) {
    why = describeError(error).split("\n")[0] ?? "";
  }
  step.say(`Pulumi could not remove everything (${why}): the rest is removed by label`);
}
