import { z } from "zod";
import { Claim } from "./claims/index.ts";

/** A script of the folder scripts/, as a drill runs it. */
export const DrillFile = z.strictObject({
  file: z.string().describe("its name, without .sh: engine"),
  argument: z.string().describe("what it is to do: restart"),
  environment: z.record(z.string(), z.string()).describe("the variables that it reads"),
});

/** What a drill runs in a node. */
export const DrillScript = z.union([z.string().describe("shell script"), DrillFile]);

/** One intervention on a running lab: what is done, what must then be observed, and how it is undone. */
export const DrillStep = z.strictObject({
  title: z.string().describe("what is done, in one short sentence: flush the nat table"),
  on: z.string().describe("the node on which the scripts run"),
  run: DrillScript.describe("what does it"),
  undo: DrillScript.optional().describe("what undoes it, safe to repeat; default: nothing is to be undone"),
  then: z.array(Claim).describe("what must now hold"),
});

/**
 * A drill: the interventions of an experiment, one after another. After the last one all are undone, the last first,
 * and then every claim of the lab must hold again.
 */
export const Drill = z.strictObject({
  name: z.string().describe("short, for the command line: no-masquerade"),
  title: z.string().describe("what it shows, in one sentence"),
  steps: z.array(DrillStep).min(1).describe("the interventions, one after another"),
});

export type Drill = z.infer<typeof Drill>;
export type DrillFile = z.infer<typeof DrillFile>;
export type DrillScript = z.infer<typeof DrillScript>;
export type DrillStep = z.infer<typeof DrillStep>;
