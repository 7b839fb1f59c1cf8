import { mkdirSync } from "node:fs";
import { ensureProject, ensureToolchain, haveToolchain } from "../toolchain/ensure-toolchain.ts";
import { labEnvironment } from "../toolchain/environment.ts";
import { stackTmpDir } from "./mending/remove.ts";

/** Puts the lab environment over that of this process, for Pulumi, docker and all else that it starts. */
export async function enterLabEnvironment(): Promise<void> {
  Object.assign(process.env, await labEnvironment());
}

/**
 * The same for a command that builds. The toolchain is put in place first where it is missing.
 *
 * @param quiet whether no progress is shown
 * @throws AggregateError with all that the machine lacks
 */
export async function enterToolchain(quiet = false): Promise<void> {
  if (!haveToolchain()) await ensureToolchain({ quiet });
  ensureProject();
  await enterLabEnvironment();
}

/**
 * The same for a command that runs Pulumi, with a folder of the stack's own for temporary files: what a killed run
 * leaves is then known to be its.
 *
 * @param quiet whether no progress is shown
 * @throws AggregateError with all that the machine lacks
 */
export async function enterStackEnvironment(stack: string, quiet = false): Promise<void> {
  await enterToolchain(quiet);
  const folder = stackTmpDir(stack);
  mkdirSync(folder, { recursive: true });
  process.env["TMPDIR"] = folder;
}
