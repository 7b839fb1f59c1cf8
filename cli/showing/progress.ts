import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { Listr, type ListrTask } from "listr2";
import { urnName } from "../mending/state.ts";

/** What a step of a command may show while it runs. */
export interface Step {
  /** A line that stays. */
  say: (line: string) => void;
  /** What is being done at the moment; shown on terminals only. */
  now: (text: string) => void;
  /** What the step was, once it is done. */
  title: (text: string) => void;
}

/**
 * Runs a command's steps one after another and shows them: live on a terminal, as plain lines elsewhere.
 *
 * @param quiet show nothing (--json)
 */
export async function steps(
  quiet: boolean,
  all: readonly [title: string, work: (step: Step) => Promise<void>][],
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
        // The command says it, once and whole.
        throw new Error("see below", { cause: error });
      }
    },
  }));
  const renderer = quiet ? "silent" : onTerminal ? "default" : "simple";
  // Interrupted, a command waits for what Pulumi has begun; listr2 would leave at once.
  await new Listr(tasks, { renderer, exitOnError: true, registerSignalListeners: false })
    .run()
    .catch((error: unknown) => {
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

/** Follows Pulumi's events: tells what is being made at the moment, and how many were. */
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

/** Components and the stack are only brackets around what is real. */
function isReal(type: string): boolean {
  return !/^(?:vethlab|pulumi):/.test(type);
}
