import { existsSync, mkdirSync } from "node:fs";
import { labEnvironment } from "../toolchain/environment.ts";
import { MachineLacks } from "../toolchain/lacks.ts";
import { passphraseFile } from "../toolchain/paths.ts";
import { stackTmpDir } from "./mending/remove.ts";

/** Puts the lab environment over that of this process, for Pulumi, docker and all else that it starts. */
export async function enterLabEnvironment(): Promise<void> {
  Object.assign(process.env, await labEnvironment());
}

/**
 * The same for a command that runs Pulumi, with a folder of the stack's own for temporary files: what a killed run
 * leaves is then known to be its.
 *
 * @throws MachineLacks before the machine was set up
 */
export async function enterStackEnvironment(stack: string): Promise<void> {
  if (!existsSync(passphraseFile)) {
    throw new MachineLacks(
      "vethlab is not set up on this machine yet.",
      "run `npm start`, or `node toolchain/bootstrap.mjs` alone.",
    );
  }
  await enterLabEnvironment();
  const folder = stackTmpDir(stack);
  mkdirSync(folder, { recursive: true });
  process.env["TMPDIR"] = folder;
}
