import { spawn } from "node:child_process";
import { constants } from "node:os";
import { enterLabEnvironment } from "../environment.ts";
import { Failed, WrongUse } from "../exit.ts";
import { resolveTarget } from "../labs.ts";
import { nodeCommand } from "../node-command.ts";
import { topologyOf } from "../topology-of.ts";

/** `vethlab exec`: runs a command in a node of a lab, and ends with its exit code. */
export async function exec(
  name: string | undefined,
  node: string,
  words: readonly string[],
): Promise<number> {
  const command = words[0] === "--" ? words.slice(1) : words;
  const target = resolveTarget(name);
  const topology = topologyOf(target);
  if (command.length === 0)
    throw new WrongUse(`Say what to run: npx vethlab exec ${target.stack} ${node} -- ip addr`);
  const terminal = process.stdin.isTTY && process.stdout.isTTY;
  const [program = "", ...args] = nodeCommand(topology, node, command, { terminal });
  await enterLabEnvironment();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: "inherit" });
    // The command inside decides what Ctrl-C means.
    process.on("SIGINT", () => undefined);
    child.on("error", (error) => {
      reject(new Failed(`${program} could not be run: ${error.message}`));
    });
    child.on("exit", (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
