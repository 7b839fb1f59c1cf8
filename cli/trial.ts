/** A lab that is built, tested and removed again, by vethlab's own command in a process of its own. */
import { join, parse } from "node:path";
import { execa } from "execa";
import type { Report } from "../checks/results.ts";
import type { FileOptions } from "./lab-files.ts";

/** What is given to `up`, and to `down` after it. */
export interface TrialWords {
  stack: string;
  up: readonly string[];
  down: string;
}

/** How a trial went. */
export interface Trial {
  stack: string;
  ok: boolean;
  /** Of `up`, from nothing to tested. */
  seconds: number;
  /** Why there is no report. */
  errors: { message: string }[];
  report?: Report;
}

export async function tryLab({ stack, up, down }: TrialWords): Promise<Trial> {
  try {
    const said = await vethlab("up", ...up, "--json");
    const { ok, seconds, errors, report } = JSON.parse(said) as Omit<Trial, "stack">;
    return { stack, ok, seconds, errors, ...(report === undefined ? {} : { report }) };
  } catch (error) {
    return { stack, ok: false, seconds: 0, errors: [{ message: String(error) }] };
  } finally {
    await vethlab("down", down, "--json");
  }
}

/** The words for a Compose file. The stack is named as a file beside it: `compose.MARK.yaml`. */
export function trialOfFile(
  file: string,
  mark: string,
  options: Omit<FileOptions, "engine"> & { engine?: string },
): TrialWords {
  const { dir, name, ext } = parse(file);
  const stack = `${name}.${mark}${ext}`;
  const { engine, profile, envFile, projectDirectory } = options;
  const up = [
    ...[file, "--stack", stack],
    ...(engine === undefined ? [] : ["--engine", engine]),
    ...options.file.flatMap((one) => ["--file", one]),
    ...profile.flatMap((one) => ["--profile", one]),
    ...envFile.flatMap((one) => ["--env-file", one]),
    ...(projectDirectory === undefined ? [] : ["--project-directory", projectDirectory]),
  ];
  return { stack, up, down: join(dir, stack) };
}

export function inShort({ seconds, report, errors: [error] }: Trial): string {
  if (report === undefined) return error?.message ?? "it was not tested";
  const holding = report.results.filter(({ holds }) => holds).length;
  return `${holding} of ${report.results.length} claims hold, up in ${seconds.toFixed(1)} s`;
}

/** What the command writes to its standard output, whether it ends well or not. */
async function vethlab(...args: string[]): Promise<string> {
  const { stdout, stderr } = await execa(process.execPath, [process.argv[1] ?? "", ...args], {
    reject: false,
  });
  if (stdout === "") throw new Error(stderr);
  return stdout;
}
