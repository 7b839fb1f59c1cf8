import { z } from "zod";
import { urnName } from "../mending/state.ts";

/** What `pulumi preview --json` answers, as far as we read it. */
export const Preview = z.object({
  steps: z
    .array(
      z.object({
        op: z.string(),
        urn: z.string(),
        diffReasons: z.array(z.string()).nullish(),
        replaceReasons: z.array(z.string()).nullish(),
        detailedDiff: z.record(z.string(), z.unknown()).nullish(),
        oldState: z.object({ type: z.string() }).nullish(),
        newState: z.object({ type: z.string() }).nullish(),
      }),
    )
    .default([]),
  diagnostics: z
    .array(
      z.object({
        urn: z.string().optional(),
        message: z.string().optional(),
        severity: z.string().optional(),
      }),
    )
    .default([]),
});
export type Preview = z.infer<typeof Preview>;

/** One thing that `up` would do. */
export interface PlannedStep {
  op: "create" | "update" | "replace" | "delete" | "read";
  /** What the lab's program calls it. */
  name: string;
  /** Pulumi's type, such as `docker:index/container:Container`. */
  type: string;
  /** Names of the properties that change; for a replacement those that force it. */
  properties: string[];
}

const ops: Partial<Record<string, PlannedStep["op"]>> = {
  create: "create",
  update: "update",
  delete: "delete",
  read: "read",
  // A replacement comes in up to three steps; this one is always among them.
  replace: "replace",
};

/** What a preview plans, without what stays as it is. */
export function plannedSteps({ steps }: Preview): PlannedStep[] {
  return steps.flatMap((step) => {
    const op = ops[step.op];
    if (op === undefined) return [];
    const reasons = op === "replace" && step.replaceReasons?.length ? step.replaceReasons : step.diffReasons;
    return [
      {
        op,
        name: urnName(step.urn),
        type: step.newState?.type ?? step.oldState?.type ?? "",
        properties:
          // Pulumi has them in another order each time.
          op === "update" || op === "replace"
            ? (reasons ?? Object.keys(step.detailedDiff ?? {})).toSorted()
            : [],
      },
    ];
  });
}

const signs: Record<PlannedStep["op"], string> = {
  create: "+",
  update: "~",
  replace: "±",
  delete: "-",
  read: ">",
};

/** A list for people: a line a step, components (which are only brackets around others) left out. */
export function describeSteps(steps: readonly PlannedStep[]): string {
  const real = steps.filter(({ type }) => !/^(?:vethlab|pulumi):/.test(type));
  if (real.length === 0) return "Nothing would change.";
  const widest = Math.max(...real.map(({ name }) => name.length));
  const lines = real.map(({ op, name, type, properties }) => {
    const kind = type.split(":").at(-1) ?? type;
    const changed = properties.length > 0 ? `  (${properties.join(", ")})` : "";
    return `  ${signs[op]} ${op.padEnd(7)} ${name.padEnd(widest)}  ${kind}${changed}`;
  });
  const counts = (Object.keys(signs) as PlannedStep["op"][]).flatMap((op) => {
    const count = real.filter((step) => step.op === op).length;
    return count > 0 ? [`${count} to ${op}`] : [];
  });
  return [...lines, counts.join(", ")].join("\n");
}
