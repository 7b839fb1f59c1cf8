import type { Place } from "./places.ts";

/** A command to be run at a node, or at a host by its name. */
export interface Question {
  at: string;
  /** Id of a container on the host `at` that is no node of the lab: a task. The command runs there. */
  container?: string;
  /** File of a network namespace on the host `at`, which need not belong to a node. The command runs there. */
  namespace?: string;
  command: readonly string[];
  /** Whether the command uses the host's engine only. For a virtual machine it then runs beside the machine, which is faster. */
  engineOnly?: boolean;
}

/** The answer to a question. */
export type Answer =
  | { status: number; stdout: string; stderr: string; seconds: number }
  /** The command could not be run; `lasting` when asking again is of no use. */
  | { unavailable: string; lasting: boolean };

/** Asks many questions at once. Every question has its answer; an error is an answer too. */
export type Ask = (
  questions: readonly Question[],
  limitSeconds: number,
) => Promise<ReadonlyMap<Question, Answer>>;

/** A question with its place. */
export interface PlacedQuestion extends Question {
  place: Place;
}
