import { Listr } from "listr2";

import type { Engine } from "./engine.ts";
import { ensureImages } from "./ensure-images.ts";
import { ensurePulumi } from "./install-pulumi.ts";
import { startOwnEngine } from "./own-engine.ts";

/**
 * Puts Pulumi, an engine and the images on this machine and shows how it goes: with a spinner on a terminal, in plain
 * lines elsewhere. Pulumi (which keeps processors busy) and the rest (which waits for the network) go side by side.
 *
 * @throws AggregateError with all that went wrong (MachineLacks, as a rule), after all that can be done is done
 */
export async function putInPlace(): Promise<Engine> {
  const context: { engine?: Engine } = {};
  const lacks: unknown[] = [];
  const step = (title: string, run: (say: (line: string) => void) => Promise<void>) => ({
    title,
    task: async (_: unknown, task: { output: string }) => {
      try {
        await run(
          process.stdout.isTTY ? (line) => (task.output = line) : seldom((line) => (task.output = line)),
        );
      } catch (error) {
        lacks.push(error);
        throw error;
      }
    },
  });

  await new Listr(
    [
      step("Pulumi and its plugins", ensurePulumi),
      {
        title: "Docker",
        task: (_, task) =>
          task.newListr(
            [
              step("engine", async (say) => {
                context.engine = await startOwnEngine(say);
              }),
              step("images", async (say) => {
                if (context.engine) await ensureImages(context.engine, say);
              }),
            ],
            { exitOnError: true, concurrent: false },
          ),
      },
    ],
    {
      concurrent: true,
      // one that fails does not take the other with it: what is done is done
      exitOnError: false,
      rendererOptions: { showErrorMessage: false, collapseErrors: false, collapseSubtasks: false },
      fallbackRenderer: "simple",
    },
  ).run();

  if (lacks.length > 0) throw new AggregateError(lacks);
  if (!context.engine) throw new Error("no engine, and no error that says why");
  return context.engine;
}

/** How often a line that only counts on is repeated where lines stay; milliseconds. */
const repeatEvery = 10_000;

/** Lets a line through when it says something new, or at times so that one sees that it goes on. */
export function seldom(say: (line: string) => void, now: () => number = Date.now): (line: string) => void {
  let last = "";
  let at = 0;
  return (line) => {
    const gist = line.replace(/: \d+ s$/, "");
    if (gist === last && now() - at < repeatEvery) return;
    last = gist;
    at = now();
    say(line);
  };
}
