import { existsSync } from "node:fs";
import { join } from "node:path";

import { toolchainHome } from "./paths.ts";
import { ask, which } from "./programs.ts";

/** The Compose of Debian forky: one Go binary, which needs only libc 2.34. */
export const composePackage = { suite: "forky", name: "docker-compose", version: "2.40" } as const;

/** Where the program is that vethlab gets where the user has none. */
export const ownCompose = join(toolchainHome, "bin", `docker-compose-${composePackage.version}`);

/**
 * The words that begin the command line of the Compose that reads files: the user's own, so that a file means here what
 * it means to the user; where there is none, vethlab's. Looks at programs only: no engine is asked.
 *
 * @param say called with each step in words while vethlab's own is fetched
 * @throws MachineLacks where there is none, and none can be fetched
 */
export async function composeProgram(
  say: (line: string) => void = () => undefined,
): Promise<readonly string[]> {
  const found = await findCompose();
  if (found) return found.words;
  // Loaded only when it is needed: it loads execa, which takes longer than to read a file.
  const { installCompose } = await import("./install-compose.ts");
  await installCompose(say);
  return [ownCompose];
}

/** A Compose that is there. */
export interface Compose {
  /** The words that begin its command line, such as `docker compose`. */
  words: readonly string[];
  /** Such as `2.40.3`. */
  version: string;
}

/** The Compose that is there: Docker's plugin, `docker-compose` on PATH, or vethlab's own; the first that works. */
export async function findCompose(): Promise<Compose | undefined> {
  const candidates = [["docker", "compose"], ["docker-compose"], [ownCompose]];
  const versions = await Promise.all(candidates.map(composeVersion));
  for (const [i, words] of candidates.entries()) {
    const version = versions[i];
    if (version !== undefined) return { words, version };
  }
  return undefined;
}

/** The version of a Compose; undefined where there is none, and for the Python program before version 2. */
export async function composeVersion([program = "", ...words]: readonly string[]): Promise<
  string | undefined
> {
  if (!existsSync(program) && which(program) === undefined) return undefined;
  // Without the plugin, docker asks the engine whether it knows the command: here there is none to ask.
  const env = { ...process.env, DOCKER_HOST: "unix:///dev/null" };
  const { ok, stdout } = await ask(program, [...words, "version", "--short"], { env });
  const [, version, major] = /^v?((\d+)\.[\d.]+)/.exec(stdout.trim()) ?? [];
  return ok && Number(major) >= 2 ? version : undefined;
}
