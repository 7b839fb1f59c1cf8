import type { Answer, Question } from "../reach/asking.ts";
import type { Verdict } from "./comparisons.ts";
import type { Observation } from "./observation.ts";

/** The result of one round of questions. */
export interface Finding extends Verdict {
  /** Asking again is of no use. */
  lasting?: boolean;
  /** The observation of the probe, for a check that sends one. */
  observation?: Observation;
}

/** Questions of one round, and the judgement of their answers. */
export interface Check {
  questions: readonly Question[];
  judge(answers: readonly Answer[]): Finding;
  /** The check that follows in the same round and depends on the answers. Its judgement counts instead of this one. */
  next?(answers: readonly Answer[]): Check | undefined;
}

/** A check that judges the output of its questions. */
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

/** A check whose output gives the next check, or a verdict. */
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

/** The output of all commands, or why one has none. */
function textsOf(answers: readonly Answer[]): string[] | Finding {
  const texts = answers.map(textOf);
  const missing = texts.find((text) => typeof text !== "string");
  return missing ?? (texts as string[]);
}

/** The output of a command, or why there is none. */
function textOf(answer: Answer | undefined): string | Finding {
  if (answer === undefined || "unavailable" in answer) return notAnswered(answer);
  if (answer.status !== 0) return { holds: false, observed: answer.stderr || `status ${answer.status}` };
  return answer.stdout;
}

/** Why there is no answer. */
export function notAnswered(answer: Extract<Answer, { unavailable: string }> | undefined): Finding {
  return { holds: false, observed: answer?.unavailable ?? "not asked", lasting: answer?.lasting ?? false };
}
