import { readdirSync, readFileSync } from "node:fs";
import { processName } from "./pulumi-lock.ts";

/**
 * Ends the processes that a killed run of Pulumi has left: its language host, its plugins, and their children. The folder
 * for temporary files in their environment tells the stack. No other run may be at work on the stack. On Linux only.
 *
 * @param tmpFolder the stack's folder for temporary files
 * @returns the names of the ended processes
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
      // The process of another user, or one that has just ended.
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
