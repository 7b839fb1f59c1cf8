/**
 * Installs the missing parts on this machine: Pulumi, a passphrase, a Docker engine, the images. Started by bootstrap.mjs.
 *
 *     setup.ts                            everything; changes nothing when nothing is missing
 *     setup.ts engine start|stop|status   vethlab's own engine
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

import { type Engine, findEngine } from "./engine.ts";
import { missingImages } from "./images.ts";
import { asLack } from "./lacks.ts";
import { startOwnEngine, stopOwnEngine } from "./own-engine.ts";
import {
  engineFile,
  passphraseFile,
  resultsDir,
  stackConfigDir,
  stateDir,
  tmpDir,
  toolchainHome,
} from "./paths.ts";
import { havePulumi } from "./pulumi.ts";

async function main([command, verb, ...rest]: string[]): Promise<void> {
  if (command === undefined) {
    await setUp();
  } else if (command === "engine" && verb !== undefined && verb in engineVerbs && rest.length === 0) {
    console.log(await engineVerbs[verb as keyof typeof engineVerbs]());
  } else {
    console.error(`usage: node toolchain/bootstrap.mjs [engine ${Object.keys(engineVerbs).join("|")}]`);
    process.exitCode = 2;
  }
}

const engineVerbs = {
  start: async () => describe(await startOwnEngine()),
  stop: async () =>
    (await stopOwnEngine()) ? "stopped vethlab's own engine" : "vethlab's own engine was not running",
  status: async () => {
    const engine = await findEngine();
    return engine ? describe(engine) : "no Docker engine answers";
  },
};

async function setUp(): Promise<void> {
  ensureHome();
  const engine = await findEngine();
  if (engine && havePulumi() && (await missingImages(engine)).length === 0) {
    remember(engine);
    return;
  }
  // Loaded only when something is missing: loading would be most of the time of a second run.
  const { putInPlace } = await import("./put-in-place.ts");
  remember(await putInPlace());
}

/** Makes the folders of vethlab and a random passphrase: an empty passphrase would not protect secrets in the state. */
function ensureHome(): void {
  for (const folder of [toolchainHome, stateDir, stackConfigDir, resultsDir, tmpDir])
    mkdirSync(folder, { recursive: true });
  if (!existsSync(passphraseFile))
    writeFileSync(passphraseFile, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
}

/** Records the engine for environment.ts, which has no time to search for one. */
function remember(engine: Engine): void {
  const text = JSON.stringify(engine, undefined, 2);
  if (!existsSync(engineFile) || readFileSync(engineFile, "utf8") !== text) writeFileSync(engineFile, text);
}

function describe({ version, host, how }: Engine): string {
  return `Docker ${version} at ${host ?? "the default socket"} (${how})`;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const all: unknown[] = error instanceof AggregateError ? error.errors : [error];
  for (const one of all) {
    const lack = asLack(one);
    if (!lack) throw one;
    console.error(`\nvethlab: ${lack.message}`);
    process.exitCode = lack.exitCode;
  }
}
