import * as pulumi from "@pulumi/pulumi";
import { LabError, type Problem } from "../topology/problems.ts";
import { didYouMean } from "../topology/suggest.ts";
import { plansSound } from "./site.ts";

/** The names of all arguments, complete by type, with those of each member of a union. */
export type ArgumentNames<Args> = Readonly<Record<Args extends unknown ? keyof Args : never, true>>;

/**
 * Refuses arguments that a component does not know. A running program has no types any more: a misspelt argument would be
 * dropped, and the tested lab would not be the written one.
 *
 * @param place in the lab: `boxes.web`
 * @throws RunError (a message without stack trace) with all unknown arguments
 */
export function refuseUnknown<Args extends object>(
  place: string,
  args: Args,
  known: ArgumentNames<Args>,
): void {
  const names = Object.keys(known);
  const problems = Object.entries(args)
    .filter(([name]) => !names.includes(name))
    .map(([name, value]): Problem => ({
      place: `${place}.${name}`,
      value: inShort(value),
      allowed: "there is no such argument",
      fix: didYouMean(name, names),
    }));
  if (problems.length > 0) throw new pulumi.RunError(new LabError(problems).message);
}

/** A value in a message: a plain value as it is written, any other by its kind. */
export function inShort(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "[]" : "[...]";
  return typeof value === "object" && value !== null ? "{...}" : String(value);
}

/**
 * The arguments of a component as its inputs in Pulumi's record. `vethlab preview` tells changes by them, in the words of the
 * program. A component among the arguments is recorded by its name, a component without a name not at all. Nothing is recorded
 * before the plan is sound: a lab that is refused leaves the record of what stands as it was.
 */
export function recorded(args: object): pulumi.Inputs {
  return Object.fromEntries(
    Object.entries(inRecord(args)).map(([name, value]) => [name, plansSound().then(() => value)]),
  );
}

function inRecord(args: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(args)
      .map(([name, value]) => [name, recordedValue(value)] as const)
      .filter(([, value]) => value !== undefined),
  );
}

function recordedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(recordedValue);
  if (typeof value !== "object" || value === null || pulumi.Output.isInstance(value)) return value;
  return nameOf(value) ?? (pulumi.Resource.isInstance(value) ? undefined : inRecord(value));
}

/** The name of a component in the lab. */
function nameOf(value: object): string | undefined {
  const named = value as Record<string, unknown>;
  return ["node", "networkName", "volumeName", "serviceName", "bridgeName", "hostName"]
    .map((key) => named[key])
    .find((name) => typeof name === "string");
}
