import type { Place } from "./places.ts";

/** A command to be run at a node, or at a host by its name. */
export interface Question {
  at: string;
  /** Id of a container on the host `at` that is no node of the lab, and is where the command is run: a task. */
  container?: string;
  command: readonly string[];
  /** Whether the command asks nothing but the engine of a host: a virtual machine's is asked from beside it. */
  engineOnly?: boolean;
}

/** What came of a question. */
export type Answer =
  | { status: number; stdout: string; stderr: string; seconds: number }
  /** The command could not be run; `lasting` when asking again is of no use. */
  | { unavailable: string; lasting: boolean };

/** Asks many questions at once. Every question has its answer; what goes wrong is an answer too. */
export type Ask = (
  questions: readonly Question[],
  limitSeconds: number,
) => Promise<ReadonlyMap<Question, Answer>>;

/** A question with its place: one object for each place. */
export interface PlacedQuestion extends Question {
  place: Place;
}

/** Asks the questions of one host. A question without an answer has not been answered in time. */
export interface Asker {
  ask(
    questions: readonly PlacedQuestion[],
    limitSeconds: number,
  ): Promise<ReadonlyMap<PlacedQuestion, Answer>>;
  close(): void;
}

/** The same answer to all questions. */
export function sameAnswer(
  questions: readonly PlacedQuestion[],
  answer: Answer,
): Map<PlacedQuestion, Answer> {
  return new Map(questions.map((question) => [question, answer]));
}
