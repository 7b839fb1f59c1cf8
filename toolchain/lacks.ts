/** The machine lacks something that vethlab cannot put there. For the user: no stack trace; exit code 3. */
export class MachineLacks extends Error {
  readonly exitCode = 3;
  /** What to do about it. */
  readonly fix: string;

  /**
   * @param what the missing thing, as a sentence
   * @param fix the remedy, as a sentence
   */
  constructor(what: string, fix: string) {
    super(`${what}\n  What to do: ${fix}`);
    this.name = "MachineLacks";
    this.fix = fix;
  }
}

/** Reads a system error as something that the machine lacks; undefined for an error that is a defect of vethlab. */
export function asLack(error: unknown): MachineLacks | undefined {
  if (error instanceof MachineLacks) return error;
  if (!(error instanceof Error)) return undefined;
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT" || /no space left|quota exceeded/i.test(error.message)) {
    return new MachineLacks(
      `The disk is full: ${firstLine(error)}`,
      "free some space (8 GB are enough for all of it).",
    );
  }
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") {
    return new MachineLacks(
      `This user may not write to ${path ?? "a folder of vethlab's"}: ${firstLine(error)}`,
      "set VETHLAB_HOME to a folder of this user's, or use a checkout of this user's.",
    );
  }
  // An error of execa: another program has failed.
  if ("shortMessage" in error) return new MachineLacks(error.message, "see what the program says above.");
  return undefined;
}

function firstLine(error: Error): string {
  return error.message.split("\n")[0] ?? "";
}
