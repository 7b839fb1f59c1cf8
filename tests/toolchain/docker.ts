import { randomBytes } from "node:crypto";

import { execa } from "execa";

import { engineEnvironment, reachableEngine } from "../../toolchain/engine.ts";

export const engine = await reachableEngine();

/** Runs docker on the machine's engine; resolves to what it printed. */
export async function docker(...args: string[]): Promise<string> {
  const { stdout } = await execa("docker", args, {
    env: engineEnvironment(engine),
    extendEnv: false,
    timeout: 60_000,
  });
  return stdout;
}

/** A name that no other run uses; what carries it is removed by it. */
export function ownName(role: string): string {
  return `vethlab-test-${role}-${randomBytes(3).toString("hex")}`;
}

/** Tries until it succeeds, at most for some seconds; then fails with the last error. Resolves to the seconds taken. */
export async function eventually(probe: () => Promise<unknown>, seconds = 10): Promise<number> {
  const begun = performance.now();
  for (;;) {
    try {
      await probe();
      return (performance.now() - begun) / 1000;
    } catch (error) {
      if (performance.now() - begun > seconds * 1000) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
