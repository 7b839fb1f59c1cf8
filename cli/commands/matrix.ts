import { availableParallelism } from "node:os";
import { resolveConfig } from "../../topology/config.ts";
import { engineImages, engineVersions, type EngineVersion } from "../../topology/engines.ts";
import { project } from "../../toolchain/project.ts";
import { reachableEngine } from "../../toolchain/engine.ts";
import { ensureImages } from "../../toolchain/ensure-images.ts";
import { enterToolchain } from "../environment.ts";
import { EXIT, type ExitCode, WrongUse } from "../exit.ts";
import { type FileOptions, knownEngine, readLabOf } from "../lab-files.ts";
import { aboutLab, resolveTarget, type Target } from "../labs.ts";
import { readSettings } from "../settings.ts";
import { steps } from "../showing/progress.ts";
import { tableOf } from "../showing/table.ts";
import { inShort, type Trial, trialOfFile, tryLab, type TrialWords } from "../trial.ts";
import { keepJUnit } from "../verification.ts";

export interface MatrixOptions extends FileOptions {
  /** Versions, separated by commas. Default: all that the lab can have. */
  engine?: string;
  config: string[];
  json?: boolean;
  junit?: string;
}

/** How a lab went on one engine. */
type Column = Trial & { engine: string };

/** `vethlab matrix`: stands a lab up on each engine, tests it there, and removes it. */
export async function matrix(name: string, options: MatrixOptions): Promise<ExitCode> {
  const { engine, config, json = false, junit } = options;
  if (!project.builtIn && project.labFiles === undefined)
    throw new WrongUse("matrix is for the built-in labs and for Compose files: their engine is changed.");
  const target = resolveTarget(name);
  const { lab } = target;
  const settings = readSettings(config);
  const engines =
    project.labFiles === undefined
      ? await enginesFor(lab, settings, engine?.split(","))
      : await enginesOfFile(target, options);
  await enterToolchain(json);
  // Before the clock runs.
  const images = engines.map((version) => engineImages[version]);
  await steps(json, [
    ["Building the images", async ({ say }) => ensureImages(await reachableEngine(), say, images)],
  ]);
  const columns = new Map<string, Column>();
  await steps(
    json,
    engines.map((version) => [
      `Docker ${version}`,
      async (step) => {
        const column = { engine: version, ...(await tryLab(wordsFor(name, version, options))) };
        columns.set(version, column);
        step.title(`Docker ${version}: ${inShort(column)}`);
      },
    ]),
    availableParallelism(),
  );

  const tried = engines.flatMap((version) => columns.get(version) ?? []);
  const ok = tried.every((column) => column.ok);
  const reports = tried.flatMap(({ report }) => report ?? []);
  await keepJUnit(junit, ...reports);
  console.log(json ? JSON.stringify({ lab, ok, engines: tried }, undefined, 2) : describe(tried));
  return ok ? EXIT.allWell : EXIT.failed;
}

/** @throws LabError when the lab cannot have one of the versions that are asked for */
async function enginesFor(
  lab: string,
  settings: Record<string, string>,
  asked?: readonly string[],
): Promise<readonly EngineVersion[]> {
  if (settings["engine"] !== undefined) throw new WrongUse("Say which engines with --engine A,B.");
  const { config } = await aboutLab(lab);
  resolveConfig(config, settings);
  const canHave = (engine: string): boolean => config.safeParse({ ...settings, engine }).success;
  if (asked === undefined) return engineVersions.filter(canHave);
  for (const engine of asked) resolveConfig(config, { ...settings, engine });
  return engineVersions.filter((version) => asked.includes(version));
}

/** The versions for a file, which must be one of Compose's. */
async function enginesOfFile(
  target: Target,
  { engine, ...files }: MatrixOptions,
): Promise<readonly EngineVersion[]> {
  const asked = engine?.split(",").map(knownEngine) ?? engineVersions;
  const lab = await readLabOf(target, files);
  if (lab?.kind !== "compose")
    throw new WrongUse(`${target.lab} is a lab file: its hosts say which engine they have (engineVersion).`);
  return engineVersions.filter((version) => asked.includes(version));
}

function wordsFor(name: string, engine: EngineVersion, options: MatrixOptions): TrialWords {
  const short = engine.replace(".", "-");
  if (project.labFiles !== undefined) return trialOfFile(name, short, { ...options, engine });
  const stack = `${name}-${short}`;
  const settings = [...options.config, `engine=${engine}`].flatMap((setting) => ["-c", setting]);
  return { stack, up: [name, "--stack", stack, ...settings], down: stack };
}

/** Claims by engine, and what went wrong below. */
function describe(tried: readonly Column[]): string {
  const claims = [...new Set(tried.flatMap(({ report }) => report?.results.map(({ claim }) => claim) ?? []))];
  const resultOf = ({ report }: Column, claim: string) =>
    report?.results.find((result) => result.claim === claim);
  const cell = (column: Column, claim: string): string => {
    const result = resultOf(column, claim);
    return result === undefined ? "-" : result.holds ? "✔" : `✘ ${result.observed}`;
  };
  const seconds = tried.map((column) => `${column.seconds.toFixed(1)} s`);
  const table = tableOf(
    ["claim", ...tried.map(({ engine }) => `Docker ${engine}`)],
    [
      ...claims.map((claim) => [claim, ...tried.map((column) => cell(column, claim))]),
      ["up and tested in", ...seconds],
    ],
  );
  const errors = tried.flatMap(({ engine, errors }) =>
    errors.map(({ message }) => `Docker ${engine}: ${message}`),
  );
  return [table, ...errors].join("\n");
}
