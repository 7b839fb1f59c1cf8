import type { Answer, Ask, Question } from "../reach/asking.ts";
import type { Check, Finding } from "./check.ts";

/** A finding with its time, in seconds since the first round began. */
export type Timed = Finding & { seconds: number };

const FIRST_PAUSE_SECONDS = 0.1;
const LONGEST_PAUSE_SECONDS = 1;
/** Longer than the limits of all commands. */
const ROUND_LIMIT_SECONDS = 6;

/** One round: all checks at the same time. A question of several checks is asked once. */
export async function askRound(
  checks: readonly Check[],
  ask: Ask,
  extraSeconds = 0,
): Promise<Map<Check, Timed>> {
  const unique = new Map<string, Question>();
  for (const question of checks.flatMap(({ questions }) => questions)) unique.set(keyOf(question), question);
  const started = performance.now();
  const limit = ROUND_LIMIT_SECONDS + extraSeconds;
  const answers = unique.size === 0 ? new Map<Question, Answer>() : await ask([...unique.values()], limit);
  const elapsed = (performance.now() - started) / 1000;
  const answerTo = (question: Question): Answer => {
    const asked = unique.get(keyOf(question));
    return (asked && answers.get(asked)) ?? { unavailable: "not asked", lasting: false };
  };
  const findings = new Map<Check, Timed>();
  const further = new Map<Check, Check>();
  for (const check of checks) {
    const got = check.questions.map(answerTo);
    const seconds = Math.max(...got.map((answer) => ("seconds" in answer ? answer.seconds : elapsed)));
    findings.set(check, { ...check.judge(got), seconds });
    const next = check.next?.(got);
    if (next !== undefined) further.set(check, next);
  }
  if (further.size > 0) {
    const nextFindings = await askRound([...further.values()], ask, extraSeconds);
    for (const [check, next] of further) {
      const finding = nextFindings.get(next);
      const { seconds = 0 } = findings.get(check) ?? {};
      if (finding !== undefined) findings.set(check, { ...finding, seconds: seconds + finding.seconds });
    }
  }
  return findings;
}

/**
 * Asks checks in rounds until all hold, the deadline has passed, or all failures are lasting. A check in `controls` is
 * asked in every round, so its finding belongs to the last round. Any other check is asked until it holds.
 */
export async function askUntilAllHold(
  checks: readonly Check[],
  controls: readonly Check[],
  ask: Ask,
  deadlineSeconds: number,
  onRound: (findings: ReadonlyMap<Check, Timed>) => void,
): Promise<Map<Check, Timed>> {
  const findings = new Map<Check, Timed>();
  const started = performance.now();
  for (let pause = FIRST_PAUSE_SECONDS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_SECONDS)) {
    const before = secondsSince(started);
    const open = checks.filter((check) => findings.get(check)?.holds !== true);
    for (const [check, finding] of await askRound([...open, ...controls], ask)) {
      findings.set(check, { ...finding, seconds: before + finding.seconds });
    }
    onRound(findings);
    const failing = [...findings.values()].filter(({ holds }) => !holds);
    const over = secondsSince(started) + pause >= deadlineSeconds;
    if (over || failing.every(({ lasting }) => lasting)) return findings;
    await sleep(pause);
  }
}

/** Seconds since a moment of `performance.now()`. */
export function secondsSince(moment: number): number {
  return (performance.now() - moment) / 1000;
}

/** Waits. */
export async function sleep(seconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, seconds) * 1000));
}

function keyOf({ at, container = "", command }: Question): string {
  return JSON.stringify([at, container, command]);
}
