import { rmSync } from "node:fs";
import { project } from "../../toolchain/project.ts";
import { forgetSalt, readState, removeRemains, removeSettings, stackConfig } from "../backend.ts";
import type { Target } from "../labs.ts";
import { pulumi } from "../pulumi.ts";
import { stackTmpDir } from "./remove.ts";

/**
 * Makes the stack of a target when it does not exist, and records its lab when the name of the stack does not tell it. This
 * comes first, so that every command knows the stack even after a killed run.
 *
 * @returns whether the stack was made
 */
export async function makeStack({ stack, lab }: Target): Promise<boolean> {
  const missing = readState(stack) === undefined;
  if (missing) {
    forgetSalt(stack);
    await pulumi(["stack", "init", stack]);
  }
  if (project.builtIn && stack !== lab && stackConfig(stack)["lab"] !== lab) {
    await pulumi(["config", "set", "lab", lab, "--stack", stack]);
  }
  return missing;
}

/** Whether a stack has made nothing yet: providers and brackets are records alone. */
export function hasMadeNothing(stack: string): boolean {
  const resources = readState(stack)?.resources ?? [];
  return resources.every(({ custom, type }) => !custom || type.startsWith("pulumi:providers:"));
}

/** Removes a stack that has made nothing, with its settings and files. */
export async function forgetStack(stack: string): Promise<void> {
  await pulumi([
    "stack",
    "rm",
    "--yes",
    "--force",
    "--remove-backups",
    "--preserve-config",
    "--stack",
    stack,
  ]);
  removeRemains(stack);
  removeSettings(stack);
  rmSync(stackTmpDir(stack), { recursive: true, force: true });
}
