import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readState, removeLocks, removeRemains, removeTornSideFiles, stackNames } from "../backend.ts";
import { declaredRules, rulesAstray } from "./declared-rules.ts";
import { Failed } from "../exit.ts";
import { type Labelled, runningInside, viewEngines } from "./engine-view.ts";
import { endOrphans } from "./orphans.ts";
import { describeDiagnostics, pulumi, pulumiOperation } from "../pulumi.ts";
import { deadLockOn } from "./pulumi-lock.ts";
import { resultsFile } from "../../toolchain/paths.ts";
import { removeFiles, removeFromEngine, removeImages, stackTmpDir } from "./remove.ts";
import { type Facts, planRepairs, type Repair } from "./repairs.ts";
import { sshMachinesOf } from "./ssh-machines.ts";
import { type Recorded, recordedOnEngine, type StackState } from "./state.ts";

/** What is on the engine and not recorded. */
export function leftoversOf(repairs: readonly Repair[]): Labelled[] {
  return repairs.flatMap((one) => (one.do === "remove" ? [one.what] : []));
}

/** Looks at what a stack has on the engine, and inside of its hosts: 0.2 s. */
export async function lookAt(stack: string, state: StackState): Promise<Facts> {
  const containers = recordedOnEngine(stack, state).filter(({ kind }) => kind === "container");
  const [view, inside, astray] = await Promise.all([
    viewEngines(
      stack,
      containers.flatMap(({ id }) => id ?? []),
      sshMachinesOf(stack, state),
    ),
    lookInside(containers),
    rulesAstray(declaredRules(state)),
  ]);
  const missingFolders = containers.flatMap(({ folders }) => folders).filter((folder) => !existsSync(folder));
  return { ...view, missingFolders, inside: new Map(inside), rulesAstray: astray };
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
 * @param say told each repair in one line, before it is done
 */
export async function repair(stack: string, say: (line: string) => void): Promise<Repair[]> {
  const killed = await clearDeadRun(stack, say);
  const state = readable(stack) ?? (await anew(stack, say));
  const repairs = planRepairs(stack, state, { ...(await lookAt(stack, state)), killed });
  for (const { why } of repairs) say(why);
  const rebuilds = repairs.some((one) => one.do === "rebuild");
  // While it is there the program takes the stack for standing, and refuses to build on hosts that are not there.
  if (rebuilds || recordedOnEngine(stack, state).length === 0) rmSync(resultsFile(stack), { force: true });
  if (repairs.length === 0) return repairs;
  await removeFromEngine(leftoversOf(repairs));
  if (state.pending.length > 0) await forgetPending(stack);
  const targets = repairs.flatMap((one) => (one.do === "rebuild" ? ["--target", one.urn] : []));
  if (targets.length === 0) return repairs;
  const destroyed = await pulumiOperation(["destroy", "--stack", stack, ...targets, "--target-dependents"]);
  if (!destroyed.ok) {
    say(
      `Pulumi could not remove these (${describeDiagnostics(destroyed.errors)}): the whole lab is built anew`,
    );
    await startOver(stack);
  }
  return repairs;
}

/** What a stack without a record has recorded. */
export const nothing: StackState = { resources: [], pending: [], outputs: {} };

/** What a stack has recorded; undefined when its record is damaged. */
export function readable(stack: string): StackState | undefined {
  try {
    return readState(stack) ?? nothing;
  } catch (error) {
    if (error instanceof Failed) return undefined;
    throw error;
  }
}

async function anew(stack: string, say: (line: string) => void): Promise<StackState> {
  say("its record is damaged: the whole lab is built anew");
  await startOver(stack);
  return nothing;
}

/** Removes what a dead run has left: processes, its lock, its temporary files. Whether there was a lock. */
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

/** Strikes unfinished operations out of the record: the way Pulumi's documentation gives, export and import. */
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

/** Removes all that a stack has, its settings excepted, without Pulumi's help. */
async function startOver(stack: string): Promise<void> {
  const machines = sshMachinesOf(stack, nothing);
  const { labelled } = await viewEngines(stack, [], machines);
  await removeFromEngine(labelled);
  await removeImages(stack, machines);
  removeFiles(stack);
  mkdirSync(stackTmpDir(stack), { recursive: true });
  // What it cannot remove, since the record is damaged, goes with the remains.
  await pulumi(["stack", "rm", "--yes", "--force", "--preserve-config", "--stack", stack]).catch(
    () => undefined,
  );
  removeRemains(stack);
  await pulumi(["stack", "init", stack]);
}
