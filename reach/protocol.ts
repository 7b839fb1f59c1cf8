/**
 * The answers of a shell that runs many commands at once (scripts/answers.sh): lines
 *
 *     @ <round> <key> + <text>         a piece of an answer
 *     @ <round> <key> <status> <text>  its last piece
 *
 * Each line is one write below PIPE_BUF, so lines of several commands do not mix. In the text, a unit separator stands for a
 * line end, and a record separator between stderr and stdout.
 */
import { scriptText } from "../scripts/index.ts";
import { commandLine, inQuotes } from "../topology/shell.ts";

const LINE = "\u001f";
const STDOUT = "\u001e";
const PIECE = "?".repeat(900);

/** The answer of a command. */
export interface Frame {
  round: number;
  key: string;
  status: number;
  stdout: string;
  stderr: string;
}

/** Shell functions for a round of questions: `ask KEY COMMAND...`, `visit KEY COMMAND...`; see scripts/answers.sh. */
export function prelude(round: number): string {
  const variables = { ROUND: String(round), PIECE, LINE, BORDER: STDOUT };
  const assignments = Object.entries(variables).map(([name, value]) => `${name}=${inQuotes(value)}`);
  return `${assignments.join(" ")}\n${ANSWERS}`;
}

const ANSWERS = scriptText("answers");

/** A script that runs all commands at once and ends when all have ended. Keys are our own and need no quotes. */
export function asking(commands: ReadonlyMap<string, readonly string[]>): string {
  return `${[...commands].map(([key, words]) => `ask ${key} ${commandLine(words)} &`).join("\n")}\nwait\n`;
}

/** Reads frames from a stream of text. Other lines are left out. */
export class FrameReader {
  #rest = "";
  readonly #pieces = new Map<string, string>();

  /** The frames that `chunk` completes. */
  read(chunk: string): Frame[] {
    const lines = (this.#rest + chunk).split("\n");
    this.#rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.#readLine(line));
  }

  #readLine(line: string): Frame[] {
    const match = /^@ (\d+) (\S+) (\+|\d+) (.*)$/s.exec(line);
    if (match === null) return [];
    const [, round = "", key = "", mark = "", piece = ""] = match;
    const text = (this.#pieces.get(`${round} ${key}`) ?? "") + piece;
    if (mark === "+") {
      this.#pieces.set(`${round} ${key}`, text);
      return [];
    }
    this.#pieces.delete(`${round} ${key}`);
    const all = text.split(LINE);
    const border = all.indexOf(STDOUT);
    return [
      {
        round: Number(round),
        key,
        status: Number(mark),
        stderr: all.slice(0, Math.max(border, 0)).join("\n"),
        stdout: all.slice(border + 1).join("\n"),
      },
    ];
  }
}
