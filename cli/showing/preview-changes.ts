import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { groupBy } from "../../topology/group.ts";
import { urnName } from "../mending/state.ts";

const State = z.object({
  type: z.string(),
  parent: z.string().optional(),
  dependencies: z.array(z.string()).nullish(),
  inputs: z.record(z.string(), z.unknown()).nullish(),
});

const Step = z.object({
  op: z.string(),
  urn: z.string(),
  oldState: State.nullish(),
  newState: State.nullish(),
});
type Step = z.infer<typeof Step>;

/** The fields of `pulumi preview --json` that are read. */
export const Preview = z.object({ steps: z.array(Step).default([]) });
export type Preview = z.infer<typeof Preview>;

/** A changing argument of a component, with its path: `networks[0].ipv4Address`. */
export interface ChangedArgument {
  argument: string;
  /** Absent: the default. */
  before?: unknown;
  after?: unknown;
}

/** A component that `up` would change, or a resource that is in none. */
export interface Change {
  op: "create" | "update" | "replace" | "delete";
  /** Its name in the lab's program. */
  name: string;
  /** Its class: `BridgeNetwork`. */
  kind: string;
  arguments: ChangedArgument[];
  /** Names of the resources that change only because of this one. */
  with: string[];
}

/** The changes of the next `up`. */
export interface Planned {
  changes: Change[];
  /** Sentences of the claims that come and go. */
  claims: { added: string[]; removed: string[] };
}

/** The planned changes of a preview, without the test of the lab. */
export function plannedChanges({ steps }: Preview): Planned {
  const units = groupBy(steps.filter(isOfLab), unitOf);
  const changes = new Map<string, Change>();
  for (const [urn, own] of units) {
    const change = changeOf(urn, own);
    if (change !== undefined) changes.set(urn, change);
  }
  // Pulumi's order is another each time.
  const byName = [...changes].sort(([, a], [, b]) => order.compare(a.name, b.name));
  const told = byName.filter(([urn, change]) => {
    const cause = isCaused(change) ? causeOf(urn, changes, units) : undefined;
    cause?.with.push(change.name);
    return cause === undefined;
  });
  return { changes: told.map(([, change]) => change), claims: changedClaims(steps) };
}

const order = new Intl.Collator("en", { numeric: true });

/** Text for people: a line for each change, then the claims. */
export function describePlanned({ changes, claims }: Planned): string {
  const lists = [...claims.added.map((one) => `  + ${one}`), ...claims.removed.map((one) => `  - ${one}`)];
  if (changes.length === 0 && lists.length === 0) return "Nothing would change.";
  const widest = Math.max(...changes.map(({ name }) => name.length));
  const lines = changes.map((change) => {
    const what = [...inWords(change), ...aside(change)].join(" ");
    return `  ${signs[change.op]} ${change.name.padEnd(widest)}  ${what}`;
  });
  const counts = (Object.keys(signs) as Change["op"][]).flatMap((op) => {
    const count = changes.filter((change) => change.op === op).length;
    return count > 0 ? [`${count} to ${op}`] : [];
  });
  return [...lines, counts.join(", "), ...(lists.length > 0 ? ["Claims:", ...lists] : [])]
    .filter((line) => line !== "")
    .join("\n");
}

const signs: Record<Change["op"], string> = { create: "+", update: "~", replace: "±", delete: "-" };

function inWords({ op, kind, arguments: all }: Change): string[] {
  if (op === "create" || op === "delete" || all.length === 0) return [kind];
  const words = all.map(({ argument, before, after }) => `${argument} ${inText(before)} -> ${inText(after)}`);
  return [words.join(", ")];
}

function aside({ op, with: others }: Change): string[] {
  const said = [
    ...(op === "replace" ? ["replaced"] : []),
    ...(others.length > 0 ? [`with ${others.join(", ")}`] : []),
  ];
  return said.length > 0 ? [`(${said.join(", ")})`] : [];
}

/** Pulumi's placeholder for values that are known only after the deployment. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function inText(value: unknown): string {
  if (value === undefined) return "(default)";
  if (value === UNKNOWN) return "(not known yet)";
  if (Array.isArray(value)) return value.length === 0 ? "(none)" : value.map(inText).join(", ");
  if (!isRecord(value)) return typeof value === "string" ? value : JSON.stringify(value);
  return Object.entries(value)
    .map(([name, one]) => `${name} ${inText(one)}`)
    .join(" ");
}

/** Whether a step is told: not of providers and the stack, nor of the Verification, which changes with everything. */
function isOfLab({ urn }: Step): boolean {
  return !/::pulumi:(?:pulumi|providers):/.test(urn) && !urn.includes("vethlab:lab:");
}

/** The component of a step, from the types in its URN. */
function unitOf({ urn, oldState, newState }: Step): string {
  const parent = (newState ?? oldState)?.parent ?? "";
  return /::vethlab:[^:]*:[^:]*$/.test(parent.slice(0, parent.lastIndexOf("::"))) ? parent : urn;
}

function changeOf(urn: string, steps: readonly Step[]): Change | undefined {
  const own = steps.find((step) => step.urn === urn);
  const ops = new Set(steps.map(({ op }) => op));
  const op =
    own?.op === "create" || own?.op === "delete"
      ? own.op
      : ops.has("replace")
        ? "replace"
        : ["create", "update", "delete"].some((one) => ops.has(one))
          ? "update"
          : undefined;
  if (op === undefined) return undefined;
  const type = urn.split("::").at(-2)?.split("$").at(-1) ?? "";
  const before = own?.oldState?.inputs ?? {};
  const after = own?.newState?.inputs ?? {};
  return {
    op,
    name: urnName(urn),
    kind: type.split(":").at(-1) ?? type,
    arguments: op === "create" || op === "delete" ? [] : differences(before, after, ""),
    with: [],
  };
}

function isCaused({ op, arguments: all }: Change): boolean {
  return (op === "replace" || op === "update") && all.length === 0;
}

/** The nearest of the changes that a unit depends on and that has a reason of its own. */
function causeOf(
  urn: string,
  changes: ReadonlyMap<string, Change>,
  units: ReadonlyMap<string, readonly Step[]>,
): Change | undefined {
  const seen = new Set([urn]);
  for (const unit of seen) {
    const change = changes.get(unit);
    if (unit !== urn && change !== undefined && !isCaused(change)) return change;
    const needed = (units.get(unit) ?? []).flatMap(
      ({ oldState, newState }) => (newState ?? oldState)?.dependencies ?? [],
    );
    for (const [other, steps] of units) if (steps.some((step) => needed.includes(step.urn))) seen.add(other);
  }
  return undefined;
}

function differences(before: unknown, after: unknown, path: string): ChangedArgument[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isRecord(before) && isRecord(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      differences(before[key], after[key], path === "" ? key : `${path}.${key}`),
    );
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((one, index) => differences(one, after[index], `${path}[${index}]`));
  }
  return [{ argument: path, before, after }];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function changedClaims(steps: readonly Step[]): Planned["claims"] {
  const topology = steps.find(({ urn }) => urn.includes("::vethlab:lab:Topology::"));
  const claimsOf = (state: Step["oldState"]) => (state?.inputs?.["claims"] ?? []) as string[];
  const [before, after] = [claimsOf(topology?.oldState), claimsOf(topology?.newState)];
  return {
    added: after.filter((claim) => !before.includes(claim)),
    removed: before.filter((claim) => !after.includes(claim)),
  };
}
