import type { Claim } from "../topology/claims/index.ts";
import type { Topology } from "../topology/document.ts";
import type { Drill, DrillScript, DrillStep } from "../topology/drills.ts";
import type { DrillReport, DrillResult, ScriptResult, StepResult } from "./drill-results.ts";
import type { Report } from "./results.ts";
import { secondsSince } from "./rounds.ts";
import { scriptByHand } from "./script-by-hand.ts";

/** A step of a drill that must be undone. */
export interface UndoStep {
  title: string;
  on: string;
  undo: DrillScript;
}

/** How a script ended; see ScriptResult. */
export type Ran = Pick<ScriptResult, "status" | "stdout" | "stderr">;

/** The standing lab as a drill uses it. */
export interface Ground {
  /** Runs a script in a node to its end. Ctrl-C does not reach the script. */
  run(on: string, script: DrillScript): Promise<Ran>;
  /** Tests claims. */
  test(claims: readonly Claim[], how?: Testing): Promise<Report>;
  /** Records the steps that must be undone, in their order. The record outlives this process. */
  keep(drill: string, undo: readonly UndoStep[]): void;
}

/** How claims are tested. */
export interface Testing {
  /** Ends the test early when it is aborted. The report of an aborted test means nothing. */
  signal?: AbortSignal | undefined;
  /** The lab has stood for a while: a shorter deadline than after a change. */
  settled?: boolean;
}

/** Is told of each step of a drill. The drill waits for the promise that a method returns. */
export interface Watcher {
  before?(report: Report): void;
  drill?(drill: Drill): void;
  step?(step: DrillStep, number: number): void | Promise<void>;
  stepDone?(result: StepResult): void;
  undoing?(steps: readonly UndoStep[]): void | Promise<void>;
  undo?(step: UndoStep): void;
  undone?(result: ScriptResult): void;
  after?(result: DrillResult): void;
}

/**
 * Makes drills one after another on a lab whose claims hold. A failed drill is undone, and the next drill is made. An
 * interrupted drill, or one that could not be undone, is the last.
 * @param signal interrupts: what was done is undone all the same.
 */
export async function runDrills(
  topology: Topology,
  drills: readonly Drill[],
  ground: Ground,
  watcher: Watcher = {},
  signal?: AbortSignal,
): Promise<DrillReport> {
  const startedAt = new Date().toISOString();
  const started = performance.now();
  const before = await ground.test(topology.claims, { signal, settled: true });
  watcher.before?.(before);
  const made: DrillResult[] = [];
  for (const drill of drills) {
    if (!before.ok || signal?.aborted || !made.every(isUndone)) break;
    made.push(await runDrill(topology, drill, ground, watcher, signal));
  }
  return {
    version: 1,
    stack: topology.stack,
    lab: topology.lab,
    startedAt,
    seconds: secondsSince(started),
    ok: before.ok && made.length === drills.length && made.every(({ ok }) => ok),
    ...(signal?.aborted ? { stopped: interruptionOf(signal) } : {}),
    before,
    drills: made,
    notMade: drills.slice(made.length).map(({ name }) => name),
  };
}

/** Makes one drill: its steps, until one fails; then undoes them and tests the lab again. Never throws. */
export async function runDrill(
  topology: Topology,
  drill: Drill,
  ground: Ground,
  watcher: Watcher = {},
  signal?: AbortSignal,
): Promise<DrillResult> {
  const started = performance.now();
  const steps: StepResult[] = [];
  const done: UndoStep[] = [];
  let stopped: string | undefined;
  try {
    watcher.drill?.(drill);
    for (const [index, step] of drill.steps.entries()) {
      await watcher.step?.(step, index + 1);
      if (signal?.aborted) break;
      const { title, on, undo } = step;
      if (undo !== undefined) {
        // Before the step: a run that is killed in the step must leave the record behind.
        ground.keep(drill.name, [...done, { title, on, undo }]);
        done.push({ title, on, undo });
      }
      const result = await takeStep(topology, step, ground, signal);
      steps.push(result);
      watcher.stepDone?.(result);
      if (!result.ok) break;
    }
    if (!signal?.aborted) await watcher.undoing?.(done);
  } catch (error) {
    stopped = reasonOf(error);
  }
  if (signal?.aborted) stopped ??= interruptionOf(signal);
  const undone = await undoAll(topology.stack, drill.name, done, ground, watcher);
  let after: Report | undefined;
  try {
    if (steps.length > 0) after = await ground.test(topology.claims);
  } catch (error) {
    stopped ??= reasonOf(error);
  }
  const result: DrillResult = {
    name: drill.name,
    title: drill.title,
    ok:
      stopped === undefined &&
      steps.length === drill.steps.length &&
      [...steps, ...undone].every(({ ok }) => ok) &&
      after?.ok === true,
    seconds: secondsSince(started),
    ...(stopped === undefined ? {} : { stopped }),
    steps,
    undone,
    ...(after === undefined ? {} : { after }),
  };
  watcher.after?.(result);
  return result;
}

/** Undoes steps, the last first. A step that cannot be undone stays recorded; the others are still undone. */
export async function undoAll(
  stack: string,
  drill: string,
  steps: readonly UndoStep[],
  ground: Ground,
  watcher: Pick<Watcher, "undo" | "undone"> = {},
): Promise<ScriptResult[]> {
  const results: ScriptResult[] = [];
  let left = steps;
  for (const step of steps.toReversed()) {
    watcher.undo?.(step);
    const result = await runScript(stack, step.title, step.on, step.undo, ground);
    results.push(result);
    if (result.ok) {
      left = left.filter((other) => other !== step);
      try {
        ground.keep(drill, left);
      } catch {
        // The record then holds too much. A second undo does no harm.
      }
    }
    watcher.undone?.(result);
  }
  return results;
}

async function takeStep(
  topology: Topology,
  { title, on, run, then }: DrillStep,
  ground: Ground,
  signal: AbortSignal | undefined,
): Promise<StepResult> {
  const ran = await runScript(topology.stack, title, on, run, ground);
  if (!ran.ok || signal?.aborted) return { ...ran, ok: false };
  const report = await ground.test(then, { signal });
  return signal?.aborted ? { ...ran, ok: false } : { ...ran, ok: report.ok, report };
}

async function runScript(
  stack: string,
  title: string,
  on: string,
  script: DrillScript,
  ground: Ground,
): Promise<ScriptResult> {
  const started = performance.now();
  const ran: Ran = await ground.run(on, script).catch((error: unknown) => ({
    status: null,
    stdout: "",
    stderr: reasonOf(error),
  }));
  return {
    title,
    on,
    script,
    byHand: scriptByHand(stack, on, script),
    ok: ran.status === 0,
    ...ran,
    seconds: secondsSince(started),
  };
}

/** Whether the lab is after a drill as it was before. */
function isUndone({ undone, after }: DrillResult): boolean {
  return undone.every(({ ok }) => ok) && after?.ok === true;
}

function interruptionOf(signal: AbortSignal): string {
  return `interrupted (${reasonOf(signal.reason)})`;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
