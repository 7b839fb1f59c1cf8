/** How the command ends: what a script that calls it can tell apart. */
export const EXIT = { allWell: 0, failed: 1, wrongUse: 2, machineLacks: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The command was asked for something that cannot be: shown as it is, exit code 2. */
export class WrongUse extends Error {
  override name = "WrongUse";
  readonly exitCode = EXIT.wrongUse;
}

/** Something that was tried has failed, for a reason that the message says: exit code 1. */
export class Failed extends Error {
  override name = "Failed";
  readonly exitCode = EXIT.failed;
}

/** The exit code that an error stands for. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof AggregateError) return Math.max(...error.errors.map(exitCodeOf));
  if (error instanceof Error) {
    // LabError: what the lab was asked to be is wrong.
    if (error.name === "LabError") return EXIT.wrongUse;
    if ("exitCode" in error && typeof error.exitCode === "number") return error.exitCode;
  }
  return EXIT.failed;
}

/** What a person is shown of an error: its message alone; the stack trace too with VETHLAB_DEBUG=1. */
export function describeError(error: unknown, debug = process.env["VETHLAB_DEBUG"] === "1"): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError) return error.errors.map((one) => describeError(one, debug)).join("\n");
  if (debug) return error.stack ?? error.message;
  const expected = error.name === "LabError" || "exitCode" in error;
  return expected ? error.message : `${error.message}\n  (unexpected; VETHLAB_DEBUG=1 shows where)`;
}
