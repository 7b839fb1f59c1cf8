/**
 * Installs the missing parts on this machine: Pulumi, a passphrase, a Docker engine, the images. Started by bootstrap.mjs.
 *
 *     setup.ts                            everything; changes nothing when nothing is missing
 *     setup.ts engine start|stop|status   vethlab's own engine
 */

import { type Engine, findEngine } from "./engine.ts";
import { ensureProject, ensureToolchain } from "./ensure-toolchain.ts";
import { asLack } from "./lacks.ts";
import { startOwnEngine, stopOwnEngine } from "./own-engine.ts";

async function main([command, verb, ...rest]: string[]): Promise<void> {
  if (command === undefined) {
    await ensureToolchain();
    ensureProject();
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
