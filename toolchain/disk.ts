import { existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";

import { MachineLacks } from "./lacks.ts";

/** Free space at a path that need not exist yet; bytes. */
export function freeBytes(path: string): number {
  let existing = path;
  while (!existsSync(existing)) existing = dirname(existing);
  const { bavail, bsize } = statfsSync(existing);
  return bavail * bsize;
}

/**
 * Checks the free space before work begins: a disk that runs full half-way leaves obscure errors.
 *
 * @param gigabytes the most that the work needs
 * @throws MachineLacks
 */
export function needSpace(path: string, gigabytes: number, what: string, free = freeBytes(path)): void {
  if (free >= gigabytes * 1e9) return;
  throw new MachineLacks(
    `${what} needs ${gigabytes} GB of disk at ${path}, and ${(free / 1e9).toFixed(1)} GB are free.`,
    "free some, or set VETHLAB_HOME to a folder on another disk (for Go's files GOCACHE and GOMODCACHE too).",
  );
}
