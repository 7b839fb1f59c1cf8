import { readFileSync } from "node:fs";

/** The words before a script's own arguments that run it: `bash --norc -c TEXT network.sh`. */
export function scriptWords(name: string): string[] {
  const text = scriptText(name);
  // Over ssh bash would read ~/.bashrc first. Boxes have no bash.
  const shell = text.startsWith("#!/bin/sh\n") ? ["sh"] : ["bash", "--norc"];
  return [...shell, "-c", text, `${name}.sh`];
}

/** A command that runs a script with variables and with arguments. */
export function scriptCall(
  name: string,
  args: string | readonly string[],
  variables: Readonly<Record<string, string>>,
): string[] {
  const assigned = Object.entries(variables).map((pair) => pair.join("="));
  return ["env", ...assigned, ...scriptWords(name), ...[args].flat()];
}

/** The text of a script, and in it the text of each file that it sources: on a host there are no files. */
export function scriptText(name: string): string {
  return readFileSync(new URL(`${name}.sh`, import.meta.url), "utf8").replaceAll(
    /^(?:source|\.) (\S+)\.sh\n/gm,
    (_, sourced: string) => scriptText(sourced),
  );
}

/**
 * The words before a script's own argument that run it on another host, with variables of the process that runs them.
 *
 * @param shell the words before a command that run it there
 */
export function scriptWordsThere(
  shell: readonly string[],
  variables: readonly string[],
  name: string,
): string[] {
  return [...scriptWords("hand-over"), ...shell, "--", ...variables, "--", ...scriptWords(name)];
}

/** Words as one variable, which a script reads line by line: a line for each, and no line where there is none. */
export function wordLines(words: readonly string[]): string {
  return words.map((word) => `${escaped(word)}\n`).join("");
}

/** Words as one line of a variable, which a script reads column by column: tabs between. */
export function wordColumns(words: readonly string[]): string {
  return words.map(escaped).join("\t");
}

/** What would end a line, or a column, as `printf %b` reads it. */
function escaped(word: string): string {
  return word.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\t", "\\t");
}
