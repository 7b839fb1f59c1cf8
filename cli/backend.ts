import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { backendOf } from "../toolchain/backend.ts";
import { pulumiEnvironment } from "../toolchain/environment.ts";
import { project } from "../toolchain/project.ts";
import { cli } from "../toolchain/pulumi.ts";
import { MachineLacks } from "../toolchain/lacks.ts";
import { Failed } from "./exit.ts";
import { parseExport, parseState, type StackState } from "./mending/state.ts";

/*
 * Looks straight into the folders of Pulumi's file backend, where that is the project's. `pulumi stack export` tells the
 * same in 0.2 s for each stack; `verify` and a second `up` do not have that time. Writing is left to Pulumi. The records
 * of other backends are asked of Pulumi.
 */

const { files, inWords, own: ownBackend } = backendOf(project);

/** Whether nobody has chosen a backend: the records are files that are vethlab's alone. */
export const inOwnFiles = ownBackend;

/** Whether records are files here: else Pulumi alone knows locks and what runs have left. */
export const inFiles = files !== undefined;

const pulumiDir = join(files ?? project.home, ".pulumi");
const stacksDir = join(pulumiDir, "stacks", project.name);

/** The stacks that exist, whether anything stands in them or not. */
export function stackNames(): string[] {
  if (!inFiles) {
    const listed = JSON.parse(ask("stack", "ls", "--json")) as { name: string }[];
    return listed.map(({ name }) => name).sort();
  }
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
  if (!inFiles)
    return stackNames().includes(stack) ? parseExport(ask("stack", "export", "--stack", stack)) : undefined;
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

/**
 * Asks Pulumi, and waits for the answer.
 *
 * @throws MachineLacks with Pulumi's own words
 */
function ask(...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(cli, [...args, "--non-interactive"], {
    cwd: project.root,
    env: { ...process.env, ...pulumiEnvironment() },
    encoding: "utf8",
    maxBuffer: 1e9,
  });
  if (status === 0) return stdout;
  const said = (error?.message ?? stderr).replace(/^error: /gm, "").trim();
  throw new MachineLacks(
    `The project's stacks are in ${inWords}, and cannot be read: ${said}`,
    "log in there (pulumi login, or PULUMI_ACCESS_TOKEN), or choose another backend (pulumi login --local).",
  );
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
  if (!inFiles) return;
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

/** The settings of a stack (`PROJECT:key: value` in its file), secrets left out. */
export function stackConfig(stack: string): Record<string, string> {
  const file = stackConfigFile(stack);
  if (!existsSync(file)) return {};
  const ours = new RegExp(`^ {2}${project.name.replaceAll(".", "\\.")}:([\\w.-]+): *"?(.*?)"?$`, "gm");
  const settings = readFileSync(file, "utf8").matchAll(ours);
  return Object.fromEntries([...settings].map(([, key = "", value = ""]) => [key, value]));
}

/**
 * Removes what a stack leaves in its settings: of the built-in labs the file; in a project of the user's only the salt, and
 * what the user has written stays.
 */
export function removeSettings(stack: string): void {
  const file = stackConfigFile(stack);
  if (project.builtIn) rmSync(file, { force: true });
  else forgetSalt(stack);
}

/** In a project of the user's whose passphrase is vethlab's: removes the salt of another copy's passphrase from the settings. */
export function forgetSalt(stack: string): void {
  const text = readSettingsFile(stack);
  if (project.builtIn || !ownBackend || text === undefined || hasSecrets(text)) return;
  const rest = text.replace(/^encryptionsalt: .*\n?/m, "");
  if (rest === text) return;
  restoreSettingsFile(stack, rest.trim() === "" ? undefined : rest);
}

/** The text of a stack's settings; undefined where it has none. */
export function readSettingsFile(stack: string): string | undefined {
  const file = stackConfigFile(stack);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** Brings back the settings that a stack had before. */
export function restoreSettingsFile(stack: string, before: string | undefined): void {
  if (before === undefined) rmSync(stackConfigFile(stack), { force: true });
  else writeFileSync(stackConfigFile(stack), before);
}

function hasSecrets(settings: string): boolean {
  return /^ +secure: /m.test(settings);
}

/** The file with a stack's settings. */
export function stackConfigFile(stack: string): string {
  return join(project.stackConfigDir, `Pulumi.${stack}.yaml`);
}

/** What the locks of a stack say, as Pulumi wrote them. */
export function readLocks(stack: string): string[] {
  if (!inFiles) return [];
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
  if (!inFiles) return;
  rmSync(locksDir(stack), { recursive: true, force: true });
}

/** Removes what Pulumi's `stack rm` leaves of a stack: its copies, and all when its record is damaged. */
export function removeRemains(stack: string): void {
  if (!inFiles) return;
  removeLocks(stack);
  for (const folder of ["history", "backups"]) {
    rmSync(join(pulumiDir, folder, project.name, stack), { recursive: true, force: true });
  }
  for (const file of filesOf(stacksDir)) {
    if (file === `${stack}.json` || file.startsWith(`${stack}.json.`))
      rmSync(join(stacksDir, file), { force: true });
  }
}

function locksDir(stack: string): string {
  return join(pulumiDir, "locks", "organization", project.name, stack);
}

function filesOf(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
