import type { DrillScript } from "../topology/drills.ts";
import type { Report } from "./results.ts";

/** What came of a script that was run in a node. */
export interface ScriptResult {
  /** What it was to do; of an undo: what it was to undo. */
  title: string;
  /** The node it was run in. */
  on: string;
  script: DrillScript;
  /** The same as a person would type it. */
  byHand: string;
  /** Whether it ended with status 0. */
  ok: boolean;
  /** Its exit status; null when it could not be run, or has not ended in time: then `stderr` says so. */
  status: number | null;
  stdout: string;
  stderr: string;
  seconds: number;
}

/** What came of one step of a drill. */
export interface StepResult extends ScriptResult {
  /** Whether the script has succeeded and every claim of the step holds. */
  ok: boolean;
  /** What was then observed; absent when the script failed, or the drill was interrupted. */
  report?: Report;
}

/** What came of one drill. */
export interface DrillResult {
  name: string;
  title: string;
  /** Whether all steps went as claimed, all are undone, and every claim of the lab holds again. */
  ok: boolean;
  seconds: number;
  /** Why it was broken off before its end; absent when it was not, or a step has failed. */
  stopped?: string;
  /** The steps that were begun, in order. */
  steps: StepResult[];
  /** What was undone, the last step first. A step that changes nothing is not among them. */
  undone: ScriptResult[];
  /** The claims of the lab when all was undone; absent when nothing was done. */
  after?: Report;
}

/** Everything observed in drills of a lab: `vethlab drill --json`. */
export interface DrillReport {
  version: 1;
  stack: string;
  lab: string;
  /** When it began, ISO 8601. */
  startedAt: string;
  /** How long it took. */
  seconds: number;
  /** Whether the lab held before, and every drill that was asked for went well. */
  ok: boolean;
  /** Why it was broken off before its end; absent when it was not. */
  stopped?: string;
  /** The claims of the lab before anything was done: where one fails, no drill is made. */
  before: Report;
  /** In the order in which they were made. */
  drills: DrillResult[];
  /** Names of the drills that were asked for and not made. */
  notMade: string[];
}

/** What `vethlab drill --undo` has done: `vethlab drill --undo --json`. */
export interface UndoReport {
  version: 1;
  stack: string;
  lab: string;
  /** Whether all is undone, and every claim of the lab holds. */
  ok: boolean;
  /** The drill that was broken off; absent when nothing was to be undone. */
  drill?: string;
  undone: ScriptResult[];
  /** The claims of the lab afterwards; absent when nothing was to be undone. */
  after?: Report;
}
