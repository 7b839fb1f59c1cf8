import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { codeExtension } from "./code-files.ts";
import { type Engine, findEngine } from "./engine.ts";
import { missingImages } from "./images.ts";
import { runningPid } from "./own-engine-pid.ts";
import { engineFile, packageRoot, toolchainHome } from "./paths.ts";
import { project, resultsDir, tmpDir } from "./project.ts";
import { havePulumi } from "./pulumi.ts";

/**
 * Puts the missing parts of the toolchain on this machine, with progress: Pulumi, a Docker engine, the images.
 *
 * @param quiet whether no progress is shown
 * @throws AggregateError with all that the machine lacks
 */
export async function ensureToolchain({ quiet = false } = {}): Promise<void> {
  mkdirSync(toolchainHome, { recursive: true });
  const engine = await findEngine();
  if (engine && havePulumi() && (await missingImages(engine)).length === 0) {
    remember(engine);
    return;
  }
  // Loaded only when something is missing: loading would be most of the time of a second run.
  const { putInPlace } = await import("./put-in-place.ts");
  remember(await putInPlace(quiet));
}

/**
 * Whether there is what it takes to begin: Pulumi, and an engine that was found once. vethlab's own engine must run: after
 * a restart of the machine nothing else starts it.
 */
export function haveToolchain(): boolean {
  if (!existsSync(engineFile) || !havePulumi()) return false;
  const { how } = JSON.parse(readFileSync(engineFile, "utf8")) as Engine;
  return how !== "vethlab's own engine" || runningPid() !== undefined;
}

/**
 * Makes the folders that vethlab keeps for the project, a random passphrase (an empty one would not protect secrets in
 * the state), and the Pulumi project of the built-in labs of an installed package, or of the lab files of a folder.
 */
export function ensureProject(): void {
  const { builtIn, labFiles } = project;
  const madeHere = builtIn || labFiles !== undefined;
  const folders = [resultsDir(), tmpDir(), ...(madeHere ? [project.stackConfigDir] : [])];
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  const passphrase = join(project.home, "passphrase");
  if (!existsSync(passphrase))
    writeFileSync(passphrase, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
  // In a project of the user's nothing of it is to be committed.
  if (!builtIn) writeFileSync(join(project.home, ".gitignore"), "*\n");
  if (!madeHere || project.root === packageRoot) return;
  const main = join(packageRoot, `${labFiles === undefined ? "index" : "lab-file"}${codeExtension}`);
  const text = readFileSync(join(packageRoot, "Pulumi.yaml"), "utf8")
    .replace(/^name: .*$/m, `name: ${project.name}`)
    .replace(/^main: .*$/m, `main: ${main}`)
    .replace(/^stackConfigDir: .*$/m, "stackConfigDir: stacks");
  const folder = labFiles === undefined ? "" : `  ${project.name}:folder: ${JSON.stringify(labFiles)}\n`;
  writeFileSync(project.file, text + folder);
}

/** Records the engine for environment.ts, which has no time to search for one. */
function remember(engine: Engine): void {
  const text = JSON.stringify(engine, undefined, 2);
  if (!existsSync(engineFile) || readFileSync(engineFile, "utf8") !== text) writeFileSync(engineFile, text);
}
