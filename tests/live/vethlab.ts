import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { labEnvironment } from "../../toolchain/environment.ts";
import { packageRoot } from "../../toolchain/paths.ts";

/** What a command wrote, and how it ended. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
  /** From start to end. */
  seconds: number;
}

/** Starts `vethlab <args>`, as a person does on the command line. */
export function startVethlab(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  return startProgram(process.execPath, [join(packageRoot, "cli", "vethlab.mjs"), ...args], {
    ...process.env,
    ...env,
  });
}

/** Runs `vethlab <args>` to its end. */
export function vethlab(...args: string[]): Promise<Ended> {
  return startVethlab(args).ended;
}

/** What `vethlab status` tells of a stack. */
export async function statusOf(stack: string): Promise<{ health: string; findings: string[] }> {
  const { stdout } = await vethlab("status", stack, "--json");
  return JSON.parse(stdout || "{}") as { health: string; findings: string[] };
}

/** Runs plain Pulumi, or docker, in the environment that `vethlab env` prints. */
export async function inLabEnvironment(command: string, ...args: string[]): Promise<Ended> {
  return startProgram(command, args, { ...process.env, ...(await labEnvironment()) }).ended;
}

/** Starts a program. `cwd`: default: the checkout. */
export function startProgram(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd = packageRoot,
): { child: ChildProcess; ended: Promise<Ended> } {
  const began = performance.now();
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => {
      // Not "close": what a killed run has started may hold the pipes a little longer.
      setImmediate(() => {
        resolve({ code, stdout, stderr, seconds: (performance.now() - began) / 1000 });
      });
    });
  });
  return { child, ended };
}

/** Kills a process and all that it has started, at one moment. */
export function killTree(pid: number): void {
  for (const one of stopTree(pid)) signal(one, "SIGKILL");
}

/** Stops a process and all that it has started, so that none can start more. Their ids. */
export function stopTree(pid: number): number[] {
  const tree: number[] = [];
  let found = [pid];
  while (found.length > 0) {
    for (const one of found) signal(one, "SIGSTOP");
    tree.push(...found);
    found = childrenOf(tree).filter((child) => !tree.includes(child));
  }
  return tree;
}

function childrenOf(parents: readonly number[]): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        return parents.includes(Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
      } catch {
        return false; // ended meanwhile
      }
    })
    .map(Number);
}

/** How a process was started; empty when there is none. */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return ""; // ended meanwhile
  }
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // ended meanwhile
  }
}
