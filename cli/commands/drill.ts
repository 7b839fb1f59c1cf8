import { createInterface } from "node:readline";
import type { DrillReport, UndoReport } from "../../checks/drill-results.ts";
import { runDrills } from "../../checks/drill.ts";
import { validateClaims } from "../../checks/validate.ts";
import type { Topology } from "../../topology/document.ts";
import type { Drill } from "../../topology/drills.ts";
import { didYouMean } from "../../topology/suggest.ts";
import { nothing, readState } from "../backend.ts";
import { groundOf } from "../drill-ground.ts";
import { enterLabEnvironment } from "../environment.ts";
import { EXIT, type ExitCode, Failed, WrongUse } from "../exit.ts";
import { resolveTarget, type Target } from "../labs.ts";
import { deadLockOn } from "../mending/pulumi-lock.ts";
import { withRunLock } from "../mending/run-lock.ts";
import { drillList, DrillView, drillsSummary, undoSummary } from "../showing/show-drill.ts";
import { topologyOf } from "../topology-of.ts";
import { driftOf, keepStanding } from "../mending/standing.ts";
import { undo } from "../mending/undo.ts";
import { describeUndo, leftUndone } from "../mending/undo-record.ts";

export interface DrillOptions {
  list?: boolean;
  step?: boolean;
  undo?: boolean;
  json?: boolean;
}

/** `vethlab drill`: makes the interventions of a lab's drills, and undoes them. */
export async function drill(
  name: string | undefined,
  drillName: string | undefined,
  options: DrillOptions,
): Promise<ExitCode> {
  refuseMixtures(drillName, options);
  const target = resolveTarget(name);
  if (options.undo) return undoLeft(target, options);
  const topology = topologyOf(target);
  const chosen = chooseDrills(topology, drillName);
  if (options.list) {
    console.log(options.json ? JSON.stringify(chosen, undefined, 2) : drillList(chosen));
    return EXIT.allWell;
  }
  validateClaims(topology);
  await enterLabEnvironment();
  const report = await withRunLock(target.stack, () => make(topology, chosen, options));
  if (options.json) console.log(JSON.stringify(report, undefined, 2));
  else if (!report.before.ok || report.drills.length !== 1 || report.notMade.length > 0) {
    console.log(`\n${drillsSummary(report)}`);
  }
  return report.ok ? EXIT.allWell : EXIT.failed;
}

function refuseMixtures(drillName: string | undefined, { list, step, undo, json }: DrillOptions): void {
  if (undo && (drillName !== undefined || list || step)) {
    throw new WrongUse("--undo undoes whatever is left: it goes with no drill's name, --list or --step.");
  }
  if (step && (list || json))
    throw new WrongUse("--step is for watching: it goes without --list and --json.");
  if (step && !(process.stdin.isTTY && process.stdout.isTTY)) {
    throw new WrongUse("--step waits for the Enter key: it needs a terminal.");
  }
}

/** All drills of a lab, or the one of this name. */
function chooseDrills({ stack, drills }: Topology, name: string | undefined): Drill[] {
  if (drills.length === 0) throw new WrongUse(`"${stack}" has no drills.`);
  if (name === undefined) return drills;
  const found = drills.filter((one) => one.name === name);
  if (found.length > 0) return found;
  const names = drills.map((one) => one.name);
  throw new WrongUse(
    `"${stack}" has no drill "${name}": ${didYouMean(name, names)}\n  its drills: ${names.join(", ")}`,
  );
}

async function make(
  topology: Topology,
  drills: readonly Drill[],
  { step = false, json = false }: DrillOptions,
): Promise<DrillReport> {
  const { stack } = topology;
  deadLockOn(stack); // throws while Pulumi is at work
  const left = leftUndone(stack);
  if (left !== undefined) throw new Failed(describeUndo(left).join("\n"));
  const interruption = interruptionOf((signal) => {
    console.error(`\n${signal}: what was done is undone first.`);
  });
  try {
    const { signal, interrupt } = interruption;
    const pause = async (what: string): Promise<void> => {
      if (step && !(await enterKey(what, signal))) interrupt("end of input");
    };
    const watcher = json ? {} : new DrillView(stack, signal, pause);
    const drift = await driftOf(stack, readState(stack) ?? nothing);
    const report = await runDrills(topology, drills, groundOf(topology), watcher, signal);
    // A drill leaves other facts behind than it found: an engine with another start, tasks that have moved.
    if (report.ok && drift?.length === 0) await keepStanding(stack);
    return report;
  } finally {
    interruption.release();
  }
}

/** `vethlab drill LAB --undo`. */
async function undoLeft({ stack, lab }: Target, { json = false }: DrillOptions): Promise<ExitCode> {
  await enterLabEnvironment();
  const report = await withRunLock(stack, async (): Promise<UndoReport> => {
    deadLockOn(stack);
    const record = leftUndone(stack);
    if (record === undefined) return { version: 1, stack, lab, ok: true, undone: [] };
    const interruption = interruptionOf(() => undefined);
    try {
      const undone = await undo(record, json ? {} : new DrillView(stack, interruption.signal));
      const after = await groundOf(record.topology).test(record.topology.claims);
      const ok = undone.every((one) => one.ok) && after.ok;
      if (ok) await keepStanding(stack);
      return { version: 1, stack, lab, ok, drill: record.drill, undone, after };
    } finally {
      interruption.release();
    }
  });
  console.log(json ? JSON.stringify(report, undefined, 2) : undoSummary(report));
  return report.ok ? EXIT.allWell : EXIT.failed;
}

/** Signals that would end this process are taken for an interruption, once; the others are passed over. */
function interruptionOf(say: (signal: string) => void): {
  signal: AbortSignal;
  interrupt: (why: string) => void;
  release: () => void;
} {
  const controller = new AbortController();
  const interrupt = (signal: string): void => {
    if (controller.signal.aborted) return;
    say(signal);
    controller.abort(signal);
  };
  // A pipe that nobody reads any more, or a terminal that was closed, must not keep the undoing from its end.
  const unread = (): void => undefined;
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of signals) process.on(name, interrupt);
  for (const stream of [process.stdout, process.stderr]) stream.on("error", unread);
  return {
    signal: controller.signal,
    interrupt,
    release: () => {
      for (const name of signals) process.off(name, interrupt);
    },
  };
}

/** Waits for the Enter key, or an interruption; false when the input has ended instead. */
function enterKey(what: string, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(true);
  // Not as a terminal: there readline would take Ctrl-C for itself.
  const lines = createInterface({ input: process.stdin, terminal: false });
  process.stdout.write(`   [${what}] `);
  return new Promise((resolve) => {
    const go = (): void => {
      signal.removeEventListener("abort", go);
      resolve(true); // the first word counts: to close it is an end too
      lines.close();
    };
    signal.addEventListener("abort", go);
    lines.once("line", go);
    lines.once("close", () => {
      resolve(false);
    });
  });
}
