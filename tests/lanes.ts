import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { machineState } from "./machine-state.ts";

/** What happens to one stack, from nothing to nothing. */
export interface Life {
  title: string;
  /** Builds what only some labs take; part of no step's time. */
  prepare: () => Promise<unknown>;
  /** One after another, each a test; later ones run also when one has failed. */
  steps: [title: string, run: () => Promise<unknown>][];
  /** Also when a step has failed: nothing of a test stays. */
  end: () => Promise<unknown>;
}

/** Images and a snapshot of a virtual machine may have to be made. */
const PREPARE_LIMIT_MS = 20 * 60_000;

export interface LaneOptions {
  /** Longest time that a test waits for its step. */
  limitMs: number;
  /** How many lives go side by side. Default 2; 1 where a life takes all of a machine. */
  lanes?: number;
}

/**
 * Lives go side by side: a run of Pulumi leaves a processor idle for half of its time. The machine is
 * compared once, before and after all of them. A test tells how its step went, and waits for it where it is not over.
 */
export function liveInLanes(lives: readonly Life[], { limitMs, lanes = 2 }: LaneOptions): void {
  const told = lives.map((life) => ({
    ...life,
    steps: life.steps.map(([title, run]) => ({ title, run, outcome: Promise.withResolvers<unknown>() })),
  }));
  let ended: Promise<unknown>;
  let before: string;

  beforeAll(async () => {
    for (const { prepare } of lives) await prepare();
    before = await machineState();
    const waiting = told.values();
    ended = Promise.all(
      Array.from({ length: lanes }, async () => {
        // Shared: each lane takes the next.
        for (const { steps, end } of waiting) {
          for (const { run, outcome } of steps) {
            outcome.resolve(run());
            await outcome.promise.catch(() => undefined);
          }
          await end();
        }
      }),
    );
  }, PREPARE_LIMIT_MS);

  afterAll(() => ended, limitMs);

  for (const { title, steps } of told) {
    describe(title, () => {
      test.each(steps)("$title", ({ outcome }) => outcome.promise, limitMs);
    });
  }

  test(
    "all are gone, and the machine is as before",
    async () => {
      await ended;
      expect(await machineState()).toBe(before);
    },
    limitMs,
  );
}
