import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Report } from "./results.ts";

/*
 * The file with a lab's last report. Its `turn` is an input of the Verification: while it is the one that Pulumi has
 * recorded, nothing is to be tested; each report that is not green gives a new one, and the next deployment tests again.
 */

/** Which turn of testing the next deployment belongs to; "" before there is a report. */
export function turnIn(file: string): string {
  if (!existsSync(file)) return "";
  return (JSON.parse(readFileSync(file, "utf8")) as { turn?: string }).turn ?? "";
}

/** The file that tells how a lab stood when its claims last held: in a folder where no stack's name can clash with it. */
export function standingFile(file: string): string {
  return join(dirname(file), "standing", basename(file));
}

/**
 * Writes a report. Whoever reads the file meanwhile sees the report before or the one after, never half of one.
 *
 * @param turn the turn that Pulumi has recorded, or records with this report
 */
export function writeReport(file: string, report: Report, turn: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  const text = JSON.stringify({ ...report, turn: report.ok ? turn : randomUUID() }, undefined, 2);
  writeFileSync(unfinished, `${text}\n`);
  renameSync(unfinished, file);
}

/** The report of a lab that was built and is yet to be tested: not green. */
export function untested({ stack, lab }: Pick<Report, "stack" | "lab">): Report {
  return {
    version: 1,
    stack,
    lab,
    startedAt: new Date().toISOString(),
    seconds: 0,
    ok: false,
    results: [],
  };
}
