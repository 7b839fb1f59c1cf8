import { commandLine } from "../topology/shell.ts";
import { asking, prelude } from "./protocol.ts";

/** The way from the shell of a host into one place. */
export interface Entrance {
  /** The words before a command that run it there. */
  words: readonly string[];
  /** The command that the shell there runs first. */
  first?: readonly string[];
}

/** The commands to run at one place. */
export interface Visit {
  /** Key of the frame that ends the visit: its status, and the error where the place could not be entered. */
  key: string;
  entrance: Entrance;
  commands: ReadonlyMap<string, readonly string[]>;
}

/** A script for the shell of a host: visits places side by side, in the background, with one shell in each. */
export function visiting(round: number, visits: readonly Visit[]): string {
  const lines = visits.map(({ key, entrance, commands }) => {
    const first = entrance.first === undefined ? "" : `${commandLine(entrance.first)}\n`;
    const script = `${prelude(round)}${first}${asking(commands)}`;
    return `visit ${key} ${commandLine([...entrance.words, "sh", "-c", script])} &\n`;
  });
  return prelude(round) + lines.join("");
}
