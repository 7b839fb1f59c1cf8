import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { ComposeLab, ComposeOptions } from "../compose/compose-lab.ts";
import { isComposeFile } from "../compose/is-compose-file.ts";
import { type EngineVersion, engineVersions } from "../topology/engines.ts";
import type { SoundLab } from "../topology/lab-data/lab-problems.ts";
import { didYouMean } from "../topology/suggest.ts";
import { isLabFile, project } from "../toolchain/project.ts";
import { WrongUse } from "./exit.ts";
import type { Target } from "./labs.ts";

/** How Compose files are read: Compose's own options, and the engine of the twin. */
export interface FileOptions {
  /** Files that are merged over the first. */
  file: string[];
  profile: string[];
  envFile: string[];
  projectDirectory?: string;
  /** Version of Docker. */
  engine?: string;
}

/** The lab of a file. */
export type FileLab =
  ({ kind: "compose"; options: ComposeOptions } & ComposeLab) | ({ kind: "lab" } & SoundLab);

/**
 * Reads the file of a target, if its lab is one of a file, before anything is made.
 *
 * @throws WrongUse when there is no such file, LabError with all that is wrong with it
 */
export async function readLabOf(
  { stack, lab }: Target,
  options: FileOptions,
  say = (line: string): void => {
    console.error(line);
  },
): Promise<FileLab | undefined> {
  if (project.labFiles === undefined) {
    refuseOptions(lab, options, "is no file");
    return undefined;
  }
  const file = join(project.labFiles, lab);
  if (!existsSync(file))
    throw new WrongUse(`There is no file ${file}: ${didYouMean(lab, filesIn(project.labFiles))}`);
  const text = readFileSync(file, "utf8");
  if (isComposeFile(file, text)) {
    const { readComposeLab } = await import("../compose/compose-lab.ts");
    const asked = composeOptions(file, options);
    return { kind: "compose", options: asked, ...(await readComposeLab(asked, say)) };
  }
  refuseOptions(lab, options, "is a lab file, not Compose's");
  if (stack !== lab) throw new WrongUse(`A lab file has one stack, ${lab}. For a second one, copy the file.`);
  const { readLabFile } = await import("../topology/lab-data/lab-file.ts");
  return { kind: "lab", ...readLabFile(text, lab) };
}

/** What the program of a file's lab must know: settings of its stack. */
export function settingsOf(lab: FileLab | undefined): Record<string, string> {
  return lab?.kind === "compose" ? { compose: JSON.stringify(lab.options) } : {};
}

function composeOptions(first: string, options: FileOptions): ComposeOptions {
  const { file, profile, envFile, projectDirectory, engine } = options;
  return {
    files: [first, ...file.map((one) => existing(one))],
    ...(profile.length > 0 && { profiles: profile }),
    ...(envFile.length > 0 && { envFiles: envFile.map((one) => existing(one)) }),
    ...(projectDirectory !== undefined && { projectDirectory: resolve(projectDirectory) }),
    ...(engine !== undefined && { engine: knownEngine(engine) }),
  };
}

function existing(file: string): string {
  if (!existsSync(file)) throw new WrongUse(`There is no file ${resolve(file)}.`);
  return resolve(file);
}

/** @throws WrongUse for a version that is no row of the table of engines */
export function knownEngine(version: string): EngineVersion {
  const known = engineVersions.find((one) => one === version);
  if (known !== undefined) return known;
  throw new WrongUse(`There is no Docker ${version} here: ${didYouMean(version, engineVersions)}`);
}

function refuseOptions(lab: string, options: FileOptions, why: string): void {
  const { file, profile, envFile, projectDirectory, engine } = options;
  const given = [...file, ...profile, ...envFile, projectDirectory, engine].some((one) => one !== undefined);
  if (given)
    throw new WrongUse(
      `--file, --profile, --env-file, --project-directory and --engine are for Compose files; ${lab} ${why}.`,
    );
}

function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter(isLabFile) : [];
}
