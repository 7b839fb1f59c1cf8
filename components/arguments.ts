import * as pulumi from "@pulumi/pulumi";
import { plansSound } from "./site.ts";

export { type ArgumentNames, inShort, refuseUnknown } from "../topology/arguments.ts";

/**
 * The arguments of a component as its inputs in Pulumi's record. `vethlab preview` tells changes by them, in the words of the
 * program. A component among the arguments is recorded by its name, a component without a name not at all. Nothing is recorded
 * before the plan is sound: a lab that is refused leaves the record of what stands as it was.
 */
export function recorded(args: object): pulumi.Inputs {
  const sound = plansSound();
  return Object.fromEntries(
    Object.entries(inRecord(args)).map(([name, value]) => [name, sound.then(() => value)]),
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
