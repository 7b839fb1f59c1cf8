import type {
  DrillReport,
  DrillResult,
  ScriptResult,
  StepResult,
  UndoReport,
} from "../../checks/drill-results.ts";
import type { UndoStep, Watcher } from "../../checks/drill.ts";
import { type Report, summaryOf } from "../../checks/results.ts";
import { scriptByHand } from "../../checks/script-by-hand.ts";
import { reportTable } from "../../checks/table.ts";
import type { Drill, DrillScript } from "../../topology/drills.ts";

/** Shows running drills to a person: each script before it runs, each table after its test. */
export class DrillView implements Watcher {
  readonly #stack: string;
  readonly #signal: AbortSignal;
  readonly #pause: (what: string) => Promise<void>;

  /** `signal`: an interruption. `pause`: waits until the person wants to go on. */
  constructor(
    stack: string,
    signal: AbortSignal,
    pause: (what: string) => Promise<void> = () => Promise.resolve(),
  ) {
    this.#stack = stack;
    this.#signal = signal;
    this.#pause = pause;
  }

  before(report: Report): void {
    if (!report.ok && this.#signal.aborted) return;
    console.log(report.ok ? `${this.#stack} as it is: ${summaryOf(report)}` : reportTable(report));
  }

  drill({ name, title }: Drill): void {
    console.log(`\nDrill ${name}: ${title}`);
  }

  async step({ title, on, run }: Drill["steps"][number], number: number): Promise<void> {
    console.log(`\n${number}. ${title}`);
    this.#script(on, run);
    await this.#pause("Enter does it");
  }

  stepDone({ report, ...result }: StepResult): void {
    printOutput(result, report !== undefined || result.status === 0);
    if (report !== undefined && report.results.length > 0) console.log(reportTable(report));
  }

  async undoing(steps: readonly UndoStep[]): Promise<void> {
    if (steps.length > 0) await this.#pause("Enter undoes it");
  }

  undo({ title, on, undo }: UndoStep): void {
    console.log(`\nUndo: ${title}`);
    this.#script(on, undo);
  }

  undone(result: ScriptResult): void {
    printOutput(result, result.ok);
  }

  after({ name, ok, seconds, stopped, steps, undone, after }: DrillResult): void {
    console.log();
    if (after !== undefined) {
      console.log(after.ok ? `${this.#stack} as before: ${summaryOf(after)}` : reportTable(after));
    }
    const failed = steps.find((step) => !step.ok);
    const why = stopped ?? (failed && `at "${failed.title}"`) ?? "the lab is not as it was before";
    console.log(`${name}: ${ok ? "went as claimed" : `failed, ${why}`} (${seconds.toFixed(1)} s)`);
    if (undone.some((one) => !one.ok)) {
      console.log(`Not everything could be undone: npx vethlab up ${this.#stack} sees to it.`);
    } else if (after?.ok === false) {
      console.log(`Build it anew: npx vethlab down ${this.#stack} && npx vethlab up ${this.#stack}`);
    }
  }

  #script(on: string, script: DrillScript): void {
    const [first = "", ...rest] = scriptByHand(this.#stack, on, script).split("\n");
    console.log([`   $ ${first}`, ...rest.map((line) => `     ${line}`)].join("\n"));
  }
}

/** The line that sums drills up. */
export function drillsSummary({ stack, stopped, before, drills, notMade, seconds }: DrillReport): string {
  if (!before.ok && stopped === undefined) {
    return `${stack} does not do what it claims, so no drill is made. npx vethlab up ${stack} mends what it can.`;
  }
  const well = drills.filter(({ ok }) => ok).length;
  const rest = notMade.length > 0 ? `; not made: ${notMade.join(", ")}` : "";
  const how = stopped === undefined ? "" : `${stopped}: `;
  return `${how}${well} of ${drills.length + notMade.length} drills went as claimed (${seconds.toFixed(1)} s)${rest}`;
}

/** The end of `drill --undo`. */
export function undoSummary({ stack, drill, undone, after }: UndoReport): string {
  if (drill === undefined) return `${stack}: nothing is to be undone.`;
  const failed = undone.filter(({ ok }) => !ok);
  return [
    ...(after === undefined ? [] : [after.ok ? summaryOf(after) : reportTable(after)]),
    failed.length === 0
      ? `The drill "${drill}" is undone.`
      : `${failed.length} of ${undone.length} steps could not be undone: npx vethlab up ${stack} sees to it.`,
  ].join("\n");
}

/** The drills of a lab with their steps, for people. */
export function drillList(drills: readonly Drill[]): string {
  return drills
    .map(({ name, title, steps }) =>
      [`${name}: ${title}`, ...steps.map((step, index) => `  ${index + 1}. ${step.title}`)].join("\n"),
    )
    .join("\n\n");
}

function printOutput({ stdout, stderr, status }: ScriptResult, well: boolean): void {
  const output = [stdout, stderr].filter((text) => text !== "").join("\n");
  if (output !== "") console.log(output.replaceAll(/^/gm, "   "));
  if (!well) console.log(`   failed${status === null ? "" : `, status ${status}`}`);
}
