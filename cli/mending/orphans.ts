import { readdirSync, readFileSync } from "node:fs";
import { processName } from "./pulumi-lock.ts";

/**
 * Ends what a run of Pulumi that was killed has left at work: its language host, its plugins, and what these have started.
 * They are told by the folder for temporary files that each stack's runs have in their environment. Nobody else may be
 * at work on the stack. On Linux only; elsewhere nothing is found.
 *
 * @param tmpFolder the stack's folder for temporary files
 * @returns the names of what was ended
 */
export function endOrphans(tmpFolder: string): string[] {
  const ended: string[] = [];
  for (const pid of processes()) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
      if (!environment.includes(`TMPDIR=${tmpFolder}`)) continue;
      const name = processName(pid);
      process.kill(pid, "SIGKILL");
      if (name !== undefined) ended.push(name);
    } catch {
      // another user's, or it has ended meanwhile
    }
  }
  return ended;
}

function processes(): number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}
