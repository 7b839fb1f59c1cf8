/** One thing that is wrong with what was asked for. Problems are collected and reported together. */
export interface Problem {
  /** Where it was written: `networks.my-bridge.subnet`, `config.connectBox3`. */
  place: string;
  /** What was written there. */
  value: string;
  /** What is wrong, or what may stand there. */
  allowed: string;
  /** What to write instead. */
  fix: string;
  /** What of the place is wrong: its name, or its value from this character on (0: the first). Default: the value. */
  at?: "name" | number;
}

/** How places are told: of a lab that is written in a file, with line and column. */
let placeInWords = ({ place }: Problem): string => place;

/** From now on, tells places by `words`. */
export function tellPlaces(words: (problem: Problem) => string): void {
  placeInWords = words;
}

/** A problem whose fix is worked out when it is told: what is declared after it may take what was free before. */
export interface FoundProblem extends Omit<Problem, "fix"> {
  fix: string | ((toldBefore: Set<string>) => string);
}

/** Problems as they are told: no two fixes offer the same. */
export function told(problems: readonly FoundProblem[]): Problem[] {
  const toldBefore = new Set<string>();
  return problems.map(({ fix, ...problem }) => ({
    ...problem,
    fix: typeof fix === "string" ? fix : fix(toldBefore),
  }));
}

/** Everything that is wrong with a lab as it was asked for; thrown before any of it is created. */
export class LabError extends Error {
  override name = "LabError";
  /** Pulumi then prints the message without a stack trace, as of its RunError. */
  readonly __pulumiRunError = true;
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(
      [
        problems.length === 1 ? "There is a problem:" : `There are ${problems.length} problems:`,
        ...problems.map(describeProblem),
      ].join("\n"),
    );
    this.problems = problems;
  }
}

/** Whether a text is, or has in it, what a LabError says: Pulumi passes on its text and nothing else. */
export function tellsProblems(text: string): boolean {
  return /^There (?:is a problem|are \d+ problems):$/m.test(text);
}

function describeProblem(problem: Problem): string {
  const { value, allowed, fix } = problem;
  return `  ${placeInWords(problem)}: ${value}\n    ${allowed}\n    fix: ${fix}`;
}
