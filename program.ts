/** What vethlab's own programs have in common: that of the built-in labs, and that of lab files. */
import * as pulumi from "@pulumi/pulumi";
import { LabError } from "./topology/problems.ts";
import { MachineLacks } from "./toolchain/lacks.ts";

/** What was written for this program in the stack's configuration, without the project's name before each key. */
export function ownConfig(): Record<string, string> {
  const prefix = `${pulumi.getProject()}:`;
  return Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );
}

/** Pulumi takes a source-mapped stack trace for each resource: with many resources that is most of the time. */
export function declare<T>(build: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return build();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** For the user a problem is a message, not a stack trace. */
export function forPeople(error: unknown): never {
  const expected = error instanceof LabError || error instanceof MachineLacks;
  throw expected ? new pulumi.RunError(error.message) : error;
}
