import { commandLine } from "../topology/shell.ts";

/** Commands that are a shell's own: they are no programs that could be run without one. */
const OF_THE_SHELL = [".", ":", "cd", "eval", "exec", "exit", "export", "set", "trap", "ulimit", "umask"];

/** A drill's script as a person types it: `npx vethlab exec nat-egress host1 -- iptables -t nat -F`. */
export function scriptByHand(stack: string, on: string, script: string): string {
  return commandLine(["npx", "vethlab", "exec", stack, on, "--", ...wordsOf(script)]);
}

/** What is one plain command needs no shell. */
function wordsOf(script: string): string[] {
  const words = script.trim().split(/ +/);
  const [program = ""] = words;
  const plain = words.every((word) => /^[\w@%+=:,./-]+$/.test(word));
  return plain && !program.includes("=") && !OF_THE_SHELL.includes(program)
    ? words
    : ["sh", "-c", script.trim()];
}
