import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { type Frame, FrameReader } from "./protocol.ts";

/** The session has ended: its container is gone, stopped, or was never there. */
export class SessionLost extends Error {
  override name = "SessionLost";
}

/** The frames of a round of questions, each with its time in seconds. */
export type Received = Map<string, Frame & { seconds: number }>;

interface Round {
  awaited: Set<string>;
  received: Received;
  started: number;
  settle: () => void;
}

/** A long-running shell on a host or in a container: it reads scripts, and answers with frames. */
export class Session {
  readonly #shell: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #reader = new FrameReader();
  readonly #rounds = new Map<number, Round>();
  readonly #opened: Promise<void>;
  #lost: string | undefined;

  /** Opens `sh` behind the words `enter`, such as `docker exec -i CONTAINER`. Errors show when something is asked. */
  constructor(enter: readonly string[], env: NodeJS.ProcessEnv) {
    // A POSIX shell and not bash: a container on the user's own engine may have any image.
    const shell = [...enter, "sh"];
    const [program = "", ...words] = shell;
    this.#shell = spawn(program, words, { env, stdio: "pipe" });
    let errors = "";
    this.#opened = new Promise((resolve) => {
      this.#shell.stdout.once("data", resolve).once("close", resolve);
    });
    this.#shell.stdin.write("echo opened\n");
    this.#shell.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      for (const frame of this.#reader.read(chunk)) this.#take(frame);
    });
    this.#shell.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      errors = (errors + chunk).slice(-2000);
    });
    // The events below tell of a shell that has ended and closed its input.
    this.#shell.stdin.on("error", () => undefined);
    this.#shell.on("error", (error) => {
      this.#end(`cannot run ${program}: ${error.message}`);
    });
    this.#shell.on("close", (status) => {
      const said = errors.trim().split("\n").at(-1)?.replace("Error response from daemon: ", "");
      this.#end(said || `${shell.join(" ")} has ended with status ${status ?? "none"}`);
    });
  }

  /** Whether nothing more can be asked. */
  get ended(): boolean {
    return this.#lost !== undefined;
  }

  /**
   * Runs a script and waits for the frames `keys` of round `round`, at most `limitSeconds`.
   * The script must not keep the shell: slow commands run in the background.
   * @throws SessionLost when the shell has ended or ends before all frames are there.
   */
  async run(round: number, script: string, keys: Iterable<string>, limitSeconds: number): Promise<Received> {
    const received: Received = new Map();
    const awaited = new Set(keys);
    if (awaited.size === 0) return received;
    await this.#opened; // so that answers are not charged with the time that docker exec takes to start
    const settled = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limitSeconds * 1000);
      const settle = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#rounds.set(round, { awaited, received, started: performance.now(), settle });
      if (this.ended) settle();
      else this.#shell.stdin.write(script);
    });
    await settled;
    this.#rounds.delete(round);
    if (this.#lost !== undefined) throw new SessionLost(this.#lost);
    return received;
  }

  /** Ends the shell, with its running commands. */
  close(): void {
    this.#shell.stdin.end();
    this.#shell.kill();
  }

  #take(frame: Frame): void {
    const round = this.#rounds.get(frame.round);
    if (round === undefined) return;
    round.received.set(frame.key, { ...frame, seconds: (performance.now() - round.started) / 1000 });
    round.awaited.delete(frame.key);
    if (round.awaited.size === 0) round.settle();
  }

  #end(reason: string): void {
    this.#lost ??= reason;
    for (const round of this.#rounds.values()) round.settle();
  }
}
