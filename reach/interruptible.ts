import type { Answer, Ask } from "./asking.ts";

/** An `ask` that ends at once when `signal` is aborted. Every question then has the answer "interrupted". */
export function interruptible(ask: Ask, signal: AbortSignal): Ask {
  const interrupted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => {
      resolve();
    });
  });
  return (questions, limitSeconds) => {
    const cut = (): ReadonlyMap<(typeof questions)[number], Answer> =>
      new Map(questions.map((question) => [question, { unavailable: "interrupted", lasting: true }]));
    return signal.aborted
      ? Promise.resolve(cut())
      : Promise.race([ask(questions, limitSeconds), interrupted.then(cut)]);
  };
}
