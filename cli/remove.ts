import { rmSync, rmdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { runDirectory } from "../topology/run-directory.ts";
import { resultsFile, tmpDir } from "../toolchain/paths.ts";
import { ask } from "../toolchain/programs.ts";
import type { Labelled } from "./engine-view.ts";
import { Failed } from "./exit.ts";

const commands: Record<Labelled["kind"], string[]> = {
  container: ["rm", "--force", "--volumes"],
  network: ["network", "rm"],
  volume: ["volume", "rm", "--force"],
};

/**
 * Removes things from the user's engines: containers with their volumes first, since these hold networks and volumes.
 *
 * @throws Failed when something could not be removed
 */
export async function removeFromEngine(things: readonly Labelled[]): Promise<void> {
  const engines = [...Map.groupBy(things, ({ by = [] }) => by.join(" ")).values()];
  await Promise.all(engines.map(removeFromOne));
}

async function removeFromOne(things: readonly Labelled[]): Promise<void> {
  const [program = "", ...words] = (things[0]?.by ?? []).concat("docker");
  for (const kind of ["container", "network", "volume"] as const) {
    const ids = things.filter((thing) => thing.kind === kind).map(({ id }) => id);
    if (ids.length === 0) continue;
    const { ok, stderr } = await ask(program, [...words, ...commands[kind], ...ids], { timeoutMs: 60_000 });
    const real = stderr
      .split("\n")
      .filter((line) => line !== "" && !/No such|not found|already in progress/i.test(line));
    if (!ok && real.length > 0)
      throw new Failed(`The engine could not remove every ${kind}:\n  ${real.join("\n  ")}`);
  }
}

/** Temporary files of the runs on one stack: what a killed run leaves there is known to be nobody's. */
export function stackTmpDir(stack: string): string {
  return join(tmpDir, stack);
}

/** Removes what a stack has in files, its state and settings excepted. */
export function removeFiles(stack: string): void {
  const run = runDirectory(stack);
  for (const path of [run, stackTmpDir(stack), resultsFile(stack)]) {
    rmSync(path, { recursive: true, force: true });
  }
  try {
    rmdirSync(dirname(run));
  } catch {
    // other stacks have theirs there
  }
}
