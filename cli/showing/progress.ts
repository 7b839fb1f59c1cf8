import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { Listr, type ListrTask } from "listr2";
import { urnName } from "../mending/state.ts";

/** The display of a running step. */
export interface Step {
  /** A line that stays. */
  say: (line: string) => void;
  /** The present action; shown on terminals only. */
  now: (text: string) => void;
  /** The title of the finished step. */
  title: (text: string) => void;
}

/**
 * Runs a command's steps and shows them: live on a terminal, as plain lines elsewhere.
 *
 * @param quiet show nothing (--json)
 * @param atOnce how many run at the same time. Default: one after another
 */
export async function steps(
  quiet: boolean,
  all: readonly [title: string, work: (step: Step) => Promise<void>][],
  atOnce = 1,
): Promise<void> {
  const onTerminal = process.stdout.isTTY && !quiet;
  const failures: unknown[] = [];
  const tasks = all.map(([title, work]): ListrTask => ({
    title,
    rendererOptions: { persistentOutput: true, outputBar: Infinity },
    task: async (_context, task) => {
      try {
        await work({
          say: (line) => (task.output = line),
          now: (text) => {
            if (onTerminal) task.title = `${title}: ${text}`;
          },
          title: (text) => (task.title = text),
        });
      } catch (error) {
        failures.push(error);
        // The command itself tells the whole error, once.
        throw new Error("see below", { cause: error });
      }
    },
  }));
  const renderer = quiet ? "silent" : onTerminal ? "default" : "simple";
  // An interrupted command waits for Pulumi; listr2 would exit at once.
  const how = { exitOnError: true, registerSignalListeners: false, concurrent: atOnce > 1 && atOnce };
  await new Listr(tasks, { renderer, ...how }).run().catch((error: unknown) => {
    throw failures[0] ?? error;
  });
}

const doing: Partial<Record<string, string>> = {
  create: "making",
  "create-replacement": "making",
  update: "changing",
  delete: "removing",
  "delete-replaced": "removing",
};

/** Follows Pulumi's events: the present resource, and the number of finished ones. */
export function following(step: Step): (event: EngineEvent) => void {
  const underway = new Set<string>();
  let done = 0;
  const show = (): void => {
    const names = [...underway].map(urnName);
    const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
    step.now(`${names.slice(0, 3).join(", ")}${more}${done > 0 ? ` (${done} done)` : ""}`);
  };
  return ({ resourcePreEvent: begins, resOutputsEvent: ends, resOpFailedEvent: fails }) => {
    const begun = begins?.metadata;
    const ended = ends?.metadata ?? fails?.metadata;
    if (begun && doing[begun.op] !== undefined && isReal(begun.type)) {
      underway.add(begun.urn);
      show();
    } else if (ended && underway.delete(ended.urn)) {
      done += 1;
      show();
    }
  };
}

/** Whether a resource is real, and not a component or the stack. */
function isReal(type: string): boolean {
  return !/^(?:vethlab|pulumi):/.test(type);
}
