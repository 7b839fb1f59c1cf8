import { spawn } from "node:child_process";
import { labEnvironment } from "../../toolchain/environment.ts";
import { packageRoot } from "../../toolchain/paths.ts";

/** What a page of the documentation has one type, and what it says comes of it. */
export interface Typed {
  /** The line of the page that it is typed on, from 1. */
  line: number;
  /** As on the page, without the prompt. */
  command: string;
  /** What the page prints below it. */
  printed: string[];
}

/** The commands of a page, in their order: the lines with a `$` in its fenced blocks, with what stands below each. */
export function commandsOf(page: string): Typed[] {
  const found: Typed[] = [];
  let fence: string | undefined;
  let typed: Typed | undefined;
  for (const [index, line] of page.split("\n").entries()) {
    const [, indent] = /^( *)```/.exec(line) ?? [];
    if (indent !== undefined) {
      fence = fence === undefined ? indent : undefined;
      typed = undefined;
    } else if (fence !== undefined) {
      // A block in a list is indented with it.
      const text = line.startsWith(fence) ? line.slice(fence.length) : line;
      if (text.startsWith("$ ")) {
        typed = { line: index + 1, command: text.slice(2), printed: [] };
        found.push(typed);
      } else typed?.printed.push(text);
    }
  }
  return found;
}

/** A command of a page about `lab`, so that it goes to the stack `stack` instead of the one that is named as the lab. */
export function onStack(command: string, lab: string, stack: string): string {
  return command
    .replaceAll(`vethlab-${lab}-`, `vethlab-${stack}-`)
    .replace(new RegExp(`^(npx vethlab (?:up|preview)) ${lab}(?= |$)`), `$1 ${lab} --stack ${stack}`)
    .replace(new RegExp(`^(npx vethlab (?!up |preview )[a-z]+) ${lab}(?= |$)`), `$1 ${stack}`);
}

/** Types a command into a shell in a folder. */
export async function typeIn(
  folder: string,
  command: string,
): Promise<{ status: number | null; output: string }> {
  // The command as npx would find it, without npx's own half second.
  const script = `npx() { shift; node ${packageRoot}/cli/vethlab.mjs "$@"; }\n${command}`;
  const child = spawn("bash", ["-c", script], {
    cwd: folder,
    env: { ...process.env, ...(await labEnvironment()) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (data: string) => (output += data));
  child.stderr.setEncoding("utf8").on("data", (data: string) => (output += data));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      resolve({ status, output });
    });
  });
}
