import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { stackConfigDir, stateDir } from "../toolchain/paths.ts";
import { Failed } from "./exit.ts";
import { parseState, type StackState } from "./mending/state.ts";

/*
 * Looks straight into the folders of Pulumi's file backend, which is the project's own. `pulumi stack export` tells the
 * same in 0.2 s for each stack; `verify` and a second `up` do not have that time. Writing is left to Pulumi.
 */

/** The project's name in Pulumi.yaml. */
const project = "vethlab";

const stacksDir = join(stateDir, ".pulumi", "stacks", project);

/** The stacks that exist, whether anything stands in them or not. */
export function stackNames(): string[] {
  return filesOf(stacksDir)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

/**
 * What a stack has recorded; undefined when there is no such stack.
 *
 * @throws Failed when its record is damaged
 */
export function readState(stack: string): StackState | undefined {
  const file = join(stacksDir, `${stack}.json`);
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, "utf8");
  try {
    return parseState(text);
  } catch {
    const begin = text.slice(0, 60).replaceAll("\n", " ");
    throw new Failed(
      `The record of "${stack}" is damaged (${file}: "${begin}").\n  Remove the lab by its labels: npx vethlab down ${stack}`,
    );
  }
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

/**
 * Removes side files that a run that was killed has half written. Pulumi writes these in place, refuses to do anything
 * with a stack that has an empty one ("failed to load checkpoint: EOF"), and does very well without.
 */
export function removeTornSideFiles(stack: string): void {
  const ofStack = filesOf(stacksDir).filter((file) => file.startsWith(`${stack}.json`));
  const sideFiles = [
    ...ofStack.map((file) => join(stacksDir, file)),
    ...filesOf(locksDir(stack)).map((file) => join(locksDir(stack), file)),
  ].filter((file) => file.endsWith(".attrs"));
  for (const file of sideFiles) {
    if (!isJson(readFileSync(file, "utf8"))) rmSync(file, { force: true });
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The settings of a stack (`vethlab:key: value` in its file), secrets left out. */
export function stackConfig(stack: string): Record<string, string> {
  const file = stackConfigFile(stack);
  if (!existsSync(file)) return {};
  const settings = readFileSync(file, "utf8").matchAll(/^ {2}vethlab:([\w.-]+): *"?(.*?)"?$/gm);
  return Object.fromEntries([...settings].map(([, key = "", value = ""]) => [key, value]));
}

/** The file with a stack's settings. */
export function stackConfigFile(stack: string): string {
  return join(stackConfigDir, `Pulumi.${stack}.yaml`);
}

/** What the locks of a stack say, as Pulumi wrote them. */
export function readLocks(stack: string): string[] {
  const folder = locksDir(stack);
  return filesOf(folder)
    .filter((file) => file.endsWith(".json"))
    .flatMap((file) => {
      try {
        return [readFileSync(join(folder, file), "utf8")];
      } catch {
        return []; // its run ended just now
      }
    });
}

/** Removes the locks of a stack that does not exist any more: Pulumi's `cancel` knows only stacks that do. */
export function removeLocks(stack: string): void {
  rmSync(locksDir(stack), { recursive: true, force: true });
}

/** Removes what Pulumi's `stack rm` leaves of a stack: its copies, and all when its record is damaged. */
export function removeRemains(stack: string): void {
  removeLocks(stack);
  for (const folder of ["history", "backups"]) {
    rmSync(join(stateDir, ".pulumi", folder, project, stack), { recursive: true, force: true });
  }
  for (const file of filesOf(stacksDir)) {
    if (file === `${stack}.json` || file.startsWith(`${stack}.json.`))
      rmSync(join(stacksDir, file), { force: true });
  }
}

function locksDir(stack: string): string {
  return join(stateDir, ".pulumi", "locks", "organization", project, stack);
}

function filesOf(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
