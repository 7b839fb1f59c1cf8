import { Listr } from "listr2";

import type { Engine } from "./engine.ts";
import { ensureImages } from "./ensure-images.ts";
import { ensurePulumi } from "./install-pulumi.ts";
import { startOwnEngine } from "./own-engine.ts";

/**
 * Puts Pulumi, an engine and the images on this machine and shows the progress: a spinner on a terminal, plain lines
 * elsewhere. Pulumi (which needs processors) and the rest (which waits for the network) are installed side by side.
 *
 * @param quiet whether no progress is shown
 * @throws AggregateError with all errors (mostly MachineLacks), after everything else has been installed
 */
export async function putInPlace(quiet: boolean): Promise<Engine> {
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
      // A failure of one part does not stop the other part.
      exitOnError: false,
      rendererOptions: { showErrorMessage: false, collapseErrors: false, collapseSubtasks: false },
      fallbackRenderer: "simple",
      silentRendererCondition: quiet,
    },
  ).run();

  if (lacks.length > 0) throw new AggregateError(lacks);
  if (!context.engine) throw new Error("no engine, and no error that says why");
  return context.engine;
}

/** Interval for lines that only count seconds, where printed lines stay; in ms. */
const repeatEvery = 10_000;

/** Passes a line on when its text is new; the same line once in a while, as a sign of life. */
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
