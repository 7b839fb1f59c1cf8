import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  nothing,
  readable,
  removeLocks,
  removeRemains,
  removeTornSideFiles,
  stackNames,
} from "../backend.ts";
import { type Labelled, runningInside, viewEngines } from "./engine-view.ts";
import { endOrphans } from "./orphans.ts";
import { WrongUse } from "../exit.ts";
import { refuseForeign } from "./foreign.ts";
import { describeDiagnostics, pulumi, pulumiOperation } from "../pulumi.ts";
import { deadLockOn } from "./pulumi-lock.ts";
import { resultsFile } from "../../toolchain/project.ts";
import { removeFiles, removeFromEngine, removeImages, stackTmpDir } from "./remove.ts";
import { type Facts, planRepairs, type Repair } from "./repairs.ts";
import { labelOf, refuseOfHeir, removeFormer } from "./renamed.ts";
import { sshMachinesOf } from "./ssh-machines.ts";
import { driftOf } from "./standing.ts";
import { type Recorded, recordedOnEngine, type StackState, topologyIn } from "./state.ts";
import { askFor, standsOnUsers } from "./units.ts";

/** The things on the engine that are not recorded. */
export function leftoversOf(repairs: readonly Repair[]): Labelled[] {
  return repairs.flatMap((one) => (one.do === "remove" ? [one.what] : []));
}

/** Reads the state of a stack on the engine and in its hosts: 0.2 s. */
export async function lookAt(stack: string, state: StackState): Promise<Facts> {
  const containers = recordedOnEngine(state).filter(({ kind }) => kind === "container");
  const [view, inside] = await Promise.all([
    viewEngines(
      labelOf(stack, state),
      containers.map(({ id, name }) => id ?? name),
      sshMachinesOf(stack, state),
    ),
    lookInside(containers),
  ]);
  const missingFolders = containers.flatMap(({ folders }) => folders).filter((folder) => !existsSync(folder));
  return { ...view, missingFolders, inside: new Map(inside) };
}

/** `lookAt`, with the drift of a lab that stood as it is recorded. */
export async function lookCloser(stack: string, state: StackState): Promise<Facts> {
  const [facts, drift] = await Promise.all([lookAt(stack, state), driftOf(stack, state)]);
  return { ...facts, drift };
}

function lookInside(containers: readonly Recorded[]): Promise<(readonly [string, string[] | undefined])[]> {
  return Promise.all(
    containers.map(
      async ({ name, engine, certificates }) =>
        [name, engine === undefined ? undefined : await runningInside({ engine, certificates })] as const,
    ),
  );
}

/**
 * Makes a stack's record and the engine agree, so that Pulumi's `up` can build on it.
 *
 * @param asked whether drifted nodes are built anew on the user's own engines, too
 * @param say told each repair in one line, before it is done
 * @returns whether the lab is known to stand as it did when its claims last held
 */
export async function repair(stack: string, asked: boolean, say: (line: string) => void): Promise<boolean> {
  refuseOfHeir(stack);
  const killed = await clearDeadRun(stack, say);
  const found = readable(stack) ?? (await anew(stack, say));
  const state = (await underItsName(stack, found, asked, say)) ? found : nothing;
  const facts = await lookCloser(stack, state);
  const repairs = planRepairs(stack, state, { ...facts, killed }, asked);
  for (const { why } of repairs) say(why);
  await removeFromEngine(leftoversOf(repairs));
  if (state.pending.length > 0) await forgetPending(stack);
  if (recordedOnEngine(state).length === 0) rmSync(resultsFile(stack), { force: true });
  await destroy(
    stack,
    repairs.flatMap((one) => (one.do === "rebuild" ? [one.urn] : [])),
    say,
  );
  return repairs.length === 0 && facts.drift !== undefined;
}

/**
 * The parts to build anew when claims fail without a change: all lab hosts, and the containers beside them, since the cause
 * may be elsewhere than the failed claim.
 *
 * @param asked whether the user's own engines are included
 * @returns undefined when the lab stands on an engine of the user's and `asked` is false
 */
export function toBuildAnew(stack: string, asked: boolean): Recorded[] | undefined {
  const state = readable(stack) ?? nothing;
  const topology = topologyIn(state);
  if (!asked && (topology === undefined || standsOnUsers(topology))) return undefined;
  return recordedOnEngine(state).filter(({ kind }) => asked || kind === "container");
}

/** Has Pulumi destroy resources with their dependents. When Pulumi fails, the whole stack is removed without it. */
export async function destroy(
  stack: string,
  urns: readonly string[] | "all",
  say: (line: string) => void,
): Promise<void> {
  if (urns.length === 0) return;
  // With this file the program takes the stack for standing, and refuses to build on missing hosts.
  rmSync(resultsFile(stack), { force: true });
  const targets = urns === "all" ? [] : [...urns.flatMap((urn) => ["--target", urn]), "--target-dependents"];
  const { ok, errors } = await pulumiOperation(["destroy", "--stack", stack, ...targets]);
  if (ok) return;
  say(`Pulumi could not remove these (${describeDiagnostics(errors)}): the whole lab is built anew`);
  await startOver(stack);
}

async function anew(stack: string, say: (line: string) => void): Promise<StackState> {
  say("its record is damaged: the whole lab is built anew");
  await startOver(stack);
  return nothing;
}

/**
 * Removes the things of a renamed stack from the engine, so that the next deployment builds the lab anew.
 *
 * @returns whether everything had the stack's present name, so that nothing was removed
 * @throws WrongUse when the lab stands on an engine of the user's and `asked` is false
 */
async function underItsName(
  stack: string,
  state: StackState,
  asked: boolean,
  say: (line: string) => void,
): Promise<boolean> {
  const former = labelOf(stack, state);
  if (former === stack) return true;
  const topology = topologyIn(state);
  if (!asked && topology !== undefined && standsOnUsers(topology)) {
    throw new WrongUse(
      `The stack "${stack}" was renamed, and stands under its former name ${former}: ${askFor(stack)}`,
    );
  }
  say(`it was renamed, and stands under its former name ${former}: it is built anew as ${stack}`);
  await destroy(stack, "all", say);
  removeFormer(former);
  return false;
}

/** Removes the processes, the lock and the temporary files of a dead run. @returns whether there was a lock */
export async function clearDeadRun(stack: string, say: (line: string) => void): Promise<boolean> {
  const dead = deadLockOn(stack);
  const orphans = endOrphans(stackTmpDir(stack));
  if (orphans.length > 0) say(`a killed run has left ${orphans.join(", ")} at work: ended`);
  removeTornSideFiles(stack);
  if (!dead) return false;
  say("the last run was killed: its lock is removed");
  rmSync(stackTmpDir(stack), { recursive: true, force: true });
  mkdirSync(stackTmpDir(stack), { recursive: true });
  if (!stackNames().includes(stack)) removeLocks(stack);
  else await pulumi(["cancel", "--yes", "--stack", stack]);
  return true;
}

/** Takes unfinished operations out of the record by export and import, as Pulumi's documentation says. */
async function forgetPending(stack: string): Promise<void> {
  const exported = JSON.parse(await pulumi(["stack", "export", "--stack", stack])) as {
    deployment: { pending_operations?: unknown };
  };
  delete exported.deployment.pending_operations;
  const file = join(stackTmpDir(stack), "deployment.json");
  writeFileSync(file, JSON.stringify(exported));
  await pulumi(["stack", "import", "--stack", stack, "--file", file]);
  rmSync(file);
}

/** Removes everything of a stack but its settings, without Pulumi. */
async function startOver(stack: string): Promise<void> {
  refuseForeign(stack, readable(stack) ?? nothing);
  const machines = sshMachinesOf(stack, nothing);
  const { labelled } = await viewEngines(labelOf(stack, readable(stack) ?? nothing), [], machines);
  await removeFromEngine(labelled);
  await removeImages(stack, machines);
  removeFiles(stack);
  mkdirSync(stackTmpDir(stack), { recursive: true });
  // With a damaged record the rest goes with the unrecorded things.
  await pulumi(["stack", "rm", "--yes", "--force", "--preserve-config", "--stack", stack]).catch(
    () => undefined,
  );
  removeRemains(stack);
  await pulumi(["stack", "init", stack]);
}
