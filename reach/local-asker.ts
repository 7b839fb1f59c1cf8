import { execFile, type ExecFileOptions } from "node:child_process";
import { type Answer, type Asker, type PlacedQuestion, sameAnswer } from "./asking.ts";
import { asking, prelude } from "./protocol.ts";
import { inContainer, Session, SessionLost } from "./session.ts";

/** Asks containers on the user's own engine: one session in each, with the container's own tools. */
export class LocalAsker implements Asker {
  readonly #env: NodeJS.ProcessEnv;
  readonly #sessions = new Map<string, Session>();
  #round = 0;

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
  }

  async ask(
    questions: readonly PlacedQuestion[],
    limitSeconds: number,
  ): Promise<Map<PlacedQuestion, Answer>> {
    const answers = await Promise.all(
      [...Map.groupBy(questions, ({ place }) => place)].map(async ([place, group]) =>
        place.kind === "container"
          ? await this.#askContainer(place.container, group, limitSeconds)
          : await this.#askEngine(group, limitSeconds),
      ),
    );
    return new Map(answers.flatMap((some) => [...some]));
  }

  close(): void {
    for (const session of this.#sessions.values()) session.close();
  }

  async #askContainer(
    container: string,
    questions: readonly PlacedQuestion[],
    limitSeconds: number,
  ): Promise<Map<PlacedQuestion, Answer>> {
    const round = ++this.#round;
    const commands = new Map(questions.map(({ command }, index) => [String(index), command]));
    const script = `${prelude(round)}{ ${asking(commands)}emit end 0 ''; } &\n`;
    try {
      const received = await this.#session(container).run(round, script, ["end"], limitSeconds);
      const answers = new Map<PlacedQuestion, Answer>();
      for (const [index, question] of questions.entries()) {
        const answer = received.get(String(index));
        if (answer !== undefined) answers.set(question, answer);
      }
      return answers;
    } catch (error) {
      if (!(error instanceof SessionLost)) throw error;
      return sameAnswer(questions, { unavailable: error.message, lasting: false });
    }
  }

  /** The engine is asked; the machine itself is not entered. */
  async #askEngine(
    questions: readonly PlacedQuestion[],
    limitSeconds: number,
  ): Promise<Map<PlacedQuestion, Answer>> {
    return new Map(
      await Promise.all(
        questions.map(async (question): Promise<[PlacedQuestion, Answer]> => {
          const [program = "", ...args] = question.command;
          if (program !== "docker") {
            return [question, { unavailable: "the user's own machine is not entered", lasting: true }];
          }
          return [question, await run(program, args, { env: this.#env, timeout: limitSeconds * 1000 })];
        }),
      ),
    );
  }

  /** The session in a container; a new one where the container has stopped since, and may run again. */
  #session(container: string): Session {
    const open = this.#sessions.get(container);
    if (open !== undefined && !open.ended) return open;
    const session = new Session(inContainer(container), this.#env);
    this.#sessions.set(container, session);
    return session;
  }
}

/** Runs a program to its end. One that cannot be run, or does not end in time, is an answer too. */
function run(program: string, args: readonly string[], options: ExecFileOptions): Promise<Answer> {
  const started = performance.now();
  return new Promise((resolve) => {
    execFile(program, args, { ...options, encoding: "utf8" }, (error, stdout, stderr) => {
      const seconds = (performance.now() - started) / 1000;
      const status = error === null ? 0 : error.code;
      resolve(
        typeof status === "number"
          ? { status, stdout: stdout.trimEnd(), stderr: stderr.trimEnd(), seconds }
          : { unavailable: `cannot run ${program}: ${error?.message ?? ""}`, lasting: false },
      );
    });
  });
}
