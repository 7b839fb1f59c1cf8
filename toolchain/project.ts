import { createHash } from "node:crypto";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, resolve, sep } from "node:path";
import { load } from "js-yaml";
import type { Scope } from "../topology/scope.ts";
import { packageRoot } from "./home.mjs";

/** A Pulumi project whose stacks are labs. */
export interface Project {
  /** Whether it is vethlab's own, with the built-in labs; else it is the user's. */
  builtIn: boolean;
  /** For labs that are YAML files: their folder. The stack of a file has the file's name. Default: the labs are programs. */
  labFiles?: string;
  /** Its Pulumi.yaml. */
  file: string;
  /** The folder of that file, in which Pulumi runs. */
  root: string;
  /** Its name in Pulumi.yaml. */
  name: string;
  /** Folder for what vethlab keeps of the project's stacks: results, temporary files, and state where no backend is chosen. */
  home: string;
  /** Tells its stacks from those of other projects on one engine (label vethlab.home). */
  id: string;
  /** The folder with the stacks' settings, where `stack init` writes its salt. */
  stackConfigDir: string;
  /** `backend.url` of Pulumi.yaml. Default: none. */
  backendUrl?: string;
  /** For vethlab's own: why the Pulumi project of the folder is not taken. Default: the folder is in none. */
  passedOver?: string;
}

/** The project that a folder is in: the Pulumi project there or above, if it uses vethlab, else vethlab's own. */
export function projectAt(folder: string): Project {
  const file = pulumiFileAbove(folder);
  if (file === undefined || isVethlab(join(dirname(file), "package.json"))) return ownProject();
  const passedOver = whyNot(dirname(file), readSettings(file));
  return passedOver === undefined ? projectOf(file) : { ...ownProject(), passedOver };
}

/** The project of a Pulumi.yaml, whose programs are labs. */
function projectOf(file: string): Project {
  const root = dirname(file);
  const home = join(root, ".vethlab");
  const { name = "", stackConfigDir = ".", backend } = readSettings(file);
  return {
    builtIn: false,
    file,
    root,
    name,
    home,
    id: idOf(home),
    stackConfigDir: resolve(root, stackConfigDir),
    ...(backend?.url === undefined ? {} : { backendUrl: backend.url }),
  };
}

/** The project with the built-in labs. */
function ownProject(): Project {
  const installed = packageRoot.split(sep).includes("node_modules");
  const { XDG_STATE_HOME } = process.env;
  const home = installed
    ? join(XDG_STATE_HOME || join(homedir(), ".local", "state"), "vethlab")
    : join(packageRoot, ".vethlab");
  // A package may not be writable, and is another one after each update: Pulumi runs in a folder of the user's.
  const root = installed ? home : packageRoot;
  return {
    builtIn: true,
    file: join(root, "Pulumi.yaml"),
    root,
    name: "vethlab",
    home,
    id: idOf(home),
    stackConfigDir: join(home, "stacks"),
  };
}

/** The project of the labs that are YAML files in a folder. Nothing is beside them but what vethlab keeps. */
export function projectOfFiles(folder: string): Project {
  const labFiles = existsSync(folder) ? realpathSync(folder) : resolve(folder);
  const home = join(labFiles, ".vethlab", "labs");
  return {
    builtIn: false,
    labFiles,
    file: join(home, "Pulumi.yaml"),
    root: home,
    name: projectName(labFiles),
    home,
    id: idOf(home),
    stackConfigDir: join(home, "stacks"),
  };
}

/** The name of a folder, as npm and Pulumi allow it. */
export function projectName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return name || "lab";
}

/** The fields of Pulumi.yaml that are read here. */
interface Settings {
  name?: string;
  runtime?: string | { name?: string };
  stackConfigDir?: string;
  backend?: { url?: string };
  packages?: Record<string, unknown>;
  plugins?: { providers?: { name?: string }[] };
}

function readSettings(file: string): Settings {
  try {
    return load(readFileSync(file, "utf8")) ?? {};
  } catch {
    return {}; // Pulumi tells what is wrong with it.
  }
}

/** Why the programs of a Pulumi project are no labs; undefined when they are. */
function whyNot(root: string, { name, runtime, packages, plugins }: Settings): string | undefined {
  const language = typeof runtime === "string" ? runtime : runtime?.name;
  const its = `The Pulumi project in ${root}`;
  if (name === undefined) return `${its} has no name in its Pulumi.yaml.`;
  const provided = packages?.["vethlab"] !== undefined;
  if (provided || plugins?.providers?.some((one) => one.name === "vethlab") === true) return undefined;
  if (language !== "nodejs")
    return `${its} is written for the runtime ${language ?? "(none)"}; labs are written for nodejs, or have the package vethlab (pulumi package add).`;
  const file = above(root, ["package.json"]);
  if (file === undefined) return `${its} has no package.json: npm install vethlab makes one.`;
  if (isVethlab(file)) return undefined;
  const { dependencies, devDependencies, peerDependencies } = readPackage(file);
  const uses = [dependencies, devDependencies, peerDependencies].some(
    (all) => all?.["vethlab"] !== undefined,
  );
  return uses
    ? undefined
    : `${its} does not use vethlab: ${file} does not depend on it (npm install vethlab).`;
}

interface Package extends Partial<
  Record<"dependencies" | "devDependencies" | "peerDependencies", Record<string, string>>
> {
  name?: string;
}

function isVethlab(file: string): boolean {
  return existsSync(file) && readPackage(file).name === "vethlab";
}

function readPackage(file: string): Package {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Package;
  } catch {
    return {};
  }
}

function pulumiFileAbove(folder: string): string | undefined {
  return above(folder, ["Pulumi.yaml", "Pulumi.yml"]);
}

/** The first of these files in a folder or above it. */
function above(folder: string, names: readonly string[]): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const found = names.map((name) => join(at, name)).find((file) => existsSync(file));
    if (found !== undefined || at === dirname(at)) return found;
  }
}

function idOf(home: string): string {
  return createHash("sha256").update(home).digest("hex").slice(0, 12);
}

/** The project of this process: that of the folder in which it was started, or of a lab file that it was given. */
export let project = projectAt(process.cwd());

/** From now on, the project of this process is that of the lab files in a folder. */
export function enterLabFiles(folder: string): void {
  project = projectOfFiles(folder);
}

/** From now on, the project of this process is that of the program in a folder, in whatever language it is written. */
export function enterProgram(folder: string): void {
  const file = pulumiFileAbove(folder);
  if (file !== undefined) project = projectOf(file);
}

/** Whether a word names a lab file. */
export function isLabFile(word: unknown): word is string {
  return typeof word === "string" && /\.ya?ml$/.test(word);
}

/** A stack of the project among those of other projects. */
export function scopeOf(stack: string): Scope {
  return { stack, home: project.id, ...(project.builtIn ? {} : { project: project.name }) };
}

/** Folder of check results, a JSON file for each stack. */
export function resultsDir(): string {
  return join(project.home, "results");
}

/** Report of the last test of a stack: written when its claims are tested, removed when it is destroyed. */
export function resultsFile(stack: string): string {
  return join(resultsDir(), `${stack}.json`);
}

/** TMPDIR of Pulumi: a killed run leaves its temporary files here. */
export function tmpDir(): string {
  return join(project.home, "tmp");
}
