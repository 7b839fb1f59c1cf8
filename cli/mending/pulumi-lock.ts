import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";
import { readLocks } from "../backend.ts";
import { Failed } from "../exit.ts";

/** The lock file of Pulumi's file backend. */
const Lock = z.object({ pid: z.int(), username: z.string(), hostname: z.string(), timestamp: z.string() });
export type PulumiLock = z.infer<typeof Lock>;

/** The run of a lock is alive, is dead, or is on another machine and unknown. */
export type Verdict = "live" | "dead" | "foreign";

/**
 * Whether the run that took a lock is alive.
 *
 * @param nameOf the name of a process by its id; undefined when there is none
 */
export function judge(lock: PulumiLock, here: string, nameOf: (pid: number) => string | undefined): Verdict {
  if (lock.hostname !== here) return "foreign";
  // Process ids are used again: only a pulumi can have taken the lock.
  return nameOf(lock.pid)?.startsWith("pulumi") === true ? "live" : "dead";
}

/** The locks on a stack, each with its verdict. */
export function pulumiLocks(stack: string): { lock: PulumiLock; verdict: Verdict }[] {
  return readLocks(stack).flatMap((text) => {
    const lock = parseLock(text);
    return lock === undefined ? [] : [{ lock, verdict: judge(lock, hostname(), processName) }];
  });
}

/**
 * Whether a dead run has left a lock on a stack.
 *
 * @throws Failed when a live run holds one
 */
export function deadLockOn(stack: string): boolean {
  const locks = pulumiLocks(stack);
  for (const { lock, verdict } of locks) {
    if (verdict === "live") {
      throw new Failed(
        `Pulumi (process ${lock.pid}, since ${lock.timestamp}) is at work on the stack "${stack}": wait until it has ended.`,
      );
    }
    if (verdict === "foreign") {
      throw new Failed(
        [
          `The stack "${stack}" is locked by process ${lock.pid} on the machine "${lock.hostname}" (since ${lock.timestamp}).`,
          `  If that run is no more: eval "$(npx vethlab env)"; pulumi cancel --stack ${stack}`,
        ].join("\n"),
      );
    }
  }
  return locks.length > 0;
}

function parseLock(text: string): PulumiLock | undefined {
  try {
    return Lock.parse(JSON.parse(text));
  } catch {
    return undefined; // removed, or not yet written, while we looked
  }
}

/** The name of a process that runs (a zombie does not); undefined when there is none. */
export function processName(pid: number): string | undefined {
  try {
    if (process.platform !== "linux") {
      process.kill(pid, 0); // signal 0 only asks, and throws where there is no such process
      return "pulumi";
    }
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const end = stat.lastIndexOf(")");
    const state = stat.slice(end + 2, end + 3);
    return state === "Z" || state === "X" ? undefined : stat.slice(stat.indexOf("(") + 1, end);
  } catch {
    return undefined;
  }
}
