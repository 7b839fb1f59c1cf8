import type { DrillScript } from "../topology/drills.ts";
import type { Report } from "./results.ts";

/** The result of a script in a node. */
export interface ScriptResult {
  /** Title of the step; of an undo, the title of the undone step. */
  title: string;
  /** The node. */
  on: string;
  script: DrillScript;
  /** The command that a person would type. */
  byHand: string;
  /** Whether the script ended with status 0. */
  ok: boolean;
  /** Exit status; null for a script that could not be run or has not ended in time (`stderr` says so). */
  status: number | null;
  stdout: string;
  stderr: string;
  seconds: number;
}

/** The result of one step of a drill. */
export interface StepResult extends ScriptResult {
  /** Whether the script has succeeded and every claim of the step holds. */
  ok: boolean;
  /** The claims of the step; absent when the script failed, or the drill was interrupted. */
  report?: Report;
}

/** The result of one drill. */
export interface DrillResult {
  name: string;
  title: string;
  /** Whether all steps went as claimed, all are undone, and every claim of the lab holds again. */
  ok: boolean;
  seconds: number;
  /** Why the drill was broken off; absent for a whole drill, and for a drill with a failed step. */
  stopped?: string;
  /** The steps that were begun, in order. */
  steps: StepResult[];
  /** The undone steps, the last step first. A step without an undo is not among them. */
  undone: ScriptResult[];
  /** The claims of the lab after the undoing; absent when nothing was done. */
  after?: Report;
}

/** Everything observed in drills of a lab: `vethlab drill --json`. */
export interface DrillReport {
  version: 1;
  stack: string;
  lab: string;
  /** Start, ISO 8601. */
  startedAt: string;
  /** Duration. */
  seconds: number;
  /** Whether the lab held before, and every drill that was asked for went well. */
  ok: boolean;
  /** Why the run was broken off; absent for a whole run. */
  stopped?: string;
  /** The claims of the lab before the drills. No drill is made when one fails. */
  before: Report;
  /** In their order. */
  drills: DrillResult[];
  /** Names of the drills that were asked for and not made. */
  notMade: string[];
}

/** The result of `vethlab drill --undo`, as `--json` writes it. */
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
