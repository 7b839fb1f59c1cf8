import type { DrillScript } from "../topology/drills.ts";
import { commandLine } from "../topology/shell.ts";

/** Builtins of a shell: no programs, so they need a shell. */
const OF_THE_SHELL = [".", ":", "cd", "eval", "exec", "exit", "export", "set", "trap", "ulimit", "umask"];

/** The command line by which a person runs a drill's script: `npx vethlab exec nat-egress host1 -- iptables -t nat -F`. */
export function scriptByHand(stack: string, on: string, script: DrillScript): string {
  const exec = ["npx", "vethlab", "exec", stack, on, "--"];
  if (typeof script === "string") return commandLine([...exec, ...wordsOf(script)]);
  const { file, argument, environment } = script;
  const variables = Object.entries(environment).map((pair) => pair.join("="));
  return `${commandLine([...exec, "env", ...variables, "bash", "-s", argument])} <scripts/${file}.sh`;
}

/** The words of a script. One plain command needs no shell. */
function wordsOf(script: string): string[] {
  const words = script.trim().split(/ +/);
  const [program = ""] = words;
  const plain = words.every((word) => /^[\w@%+=:,./-]+$/.test(word));
  return plain && !program.includes("=") && !OF_THE_SHELL.includes(program)
    ? words
    : ["sh", "-c", script.trim()];
}
