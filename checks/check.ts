import type { Answer, Question } from "../reach/asking.ts";
import type { Verdict } from "./comparisons.ts";
import type { Observation } from "./observation.ts";

/** What one round of asking has come to. */
export interface Finding extends Verdict {
  /** Asking again is of no use. */
  lasting?: boolean;
  /** What the probe saw, where there was one. */
  observation?: Observation;
}

/** Something that is asked in one round, and judged by the answers. */
export interface Check {
  questions: readonly Question[];
  judge(answers: readonly Answer[]): Finding;
  /** What is to be asked next in the same round, where that is known only by the answers; it is judged instead. */
  next?(answers: readonly Answer[]): Check | undefined;
}

/** Asks, and judges by the answers. */
export function asking(
  questions: readonly Question[],
  compare: (outputs: readonly string[]) => Verdict,
): Check {
  return {
    questions,
    judge(answers) {
      const outputs = textsOf(answers);
      return "holds" in outputs ? outputs : compare(outputs);
    },
  };
}

/** Asks, and goes on with what `then` says, unless that is a verdict. */
export function askingOn(
  questions: readonly Question[],
  then: (outputs: readonly string[]) => Check | Verdict,
): Check {
  const read = (answers: readonly Answer[]): Check | Finding => {
    const outputs = textsOf(answers);
    return "holds" in outputs ? outputs : then(outputs);
  };
  return {
    questions,
    judge(answers) {
      const found = read(answers);
      return "questions" in found ? { holds: false, observed: "the tasks were not asked" } : found;
    },
    next(answers) {
      const found = read(answers);
      return "questions" in found ? found : undefined;
    },
  };
}

/** What commands printed, or why there is nothing of one. */
function textsOf(answers: readonly Answer[]): string[] | Finding {
  const texts = answers.map(textOf);
  const missing = texts.find((text) => typeof text !== "string");
  return missing ?? (texts as string[]);
}

/** What a command printed, or why there is nothing. */
function textOf(answer: Answer | undefined): string | Finding {
  if (answer === undefined || "unavailable" in answer) return notAnswered(answer);
  if (answer.status !== 0) return { holds: false, observed: answer.stderr || `status ${answer.status}` };
  return answer.stdout;
}

/** Why there is no answer. */
export function notAnswered(answer: Extract<Answer, { unavailable: string }> | undefined): Finding {
  return { holds: false, observed: answer?.unavailable ?? "not asked", lasting: answer?.lasting ?? false };
}
