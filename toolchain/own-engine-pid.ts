import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { ownEngineRunDir } from "./paths.ts";

export const pidFile = join(ownEngineRunDir, "docker.pid");

/** Of the containerd that dockerd starts. */
const containerdPidFile = join(ownEngineRunDir, "exec/containerd/containerd.pid");

/** The process of vethlab's own engine. */
export const runningPid = (): number | undefined => running(pidFile, "dockerd");

/** Removes what an engine left that was killed: dockerd waits for any process that has the number in a file. */
export function removeStalePidFiles(): void {
  if (!runningPid()) rmSync(pidFile, { force: true });
  if (!running(containerdPidFile, "containerd")) rmSync(containerdPidFile, { force: true });
}

/**
 * The process that a pid file names, if it is the program. A pid file alone proves nothing: after a crash another process
 * may have the number. Nor does a zombie run, which stays where nobody waits for it.
 */
function running(file: string, program: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    const [, name, state] = /^\d+ \((.*)\) (.)/.exec(readFileSync(`/proc/${String(pid)}/stat`, "utf8")) ?? [];
    return name === program && state !== "Z" ? pid : undefined;
  } catch {
    return undefined;
  }
}
