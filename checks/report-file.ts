import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Topology } from "../topology/document.ts";
import type { Report } from "./results.ts";

/*
 * The file with a lab's last report. Its `turn` is an input of the Verification. While Pulumi has recorded the same turn, a
 * deployment does not test. Each report that is not green gets a new turn, so the next deployment tests again.
 */

/** The turn of the next deployment; "" before there is a report. */
export function turnIn(file: string): string {
  if (!existsSync(file)) return "";
  return (JSON.parse(readFileSync(file, "utf8")) as { turn?: string }).turn ?? "";
}

/** The file with the facts of a lab when its claims last held, in a folder where no stack's name can clash with it. */
export function standingFile(file: string): string {
  return join(dirname(file), "standing", basename(file));
}

/** The names of the hosts and nodes that a report's file says to stand: those of the tested lab, when all its claims held. */
export function standingIn(file: string): string[] {
  if (!existsSync(file)) return [];
  const { ok, stood = [] } = JSON.parse(readFileSync(file, "utf8")) as { ok?: boolean; stood?: string[] };
  return ok === true ? stood : [];
}

/**
 * Writes a report. A reader at the same moment gets the old report or the new one, never a half.
 *
 * @param topology the tested lab
 * @param turn the turn that Pulumi has recorded, or records with this report
 */
export function writeReport(
  file: string,
  { hosts, nodes }: Pick<Topology, "hosts" | "nodes">,
  report: Report,
  turn: string,
): void {
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  const stood = [...hosts, ...nodes].map(({ name }) => name);
  const text = JSON.stringify({ ...report, turn: report.ok ? turn : randomUUID(), stood }, undefined, 2);
  writeFileSync(unfinished, `${text}\n`);
  renameSync(unfinished, file);
}

/** The report of a lab that is built and not tested yet: not green. */
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
