import { spawn } from "node:child_process";
import { constants } from "node:os";
import type { Topology } from "../../topology/document.ts";
import { enterLabEnvironment } from "../environment.ts";
import { Failed, WrongUse } from "../exit.ts";
import { resolveTarget } from "../labs.ts";
import { nodeCommand, placeOf } from "../node-command.ts";
import { withProbes } from "../running/probe-containers.ts";
import { type RunningOptions, runningOf } from "../running/running-project.ts";
import { topologyOf } from "../topology-of.ts";

/** `vethlab exec`: runs a command in a node of a lab, and ends with its exit code. */
export async function exec(
  name: string | undefined,
  node: string,
  words: readonly string[],
  options: RunningOptions,
): Promise<number> {
  const command = words[0] === "--" ? words.slice(1) : words;
  const target = resolveTarget(name);
  if (command.length === 0)
    throw new WrongUse(`Say what to run: npx vethlab exec ${target.stack} ${node} -- ip addr`);
  if (options.running !== true) {
    const topology = topologyOf(target);
    placeOf(topology, node);
    await enterLabEnvironment();
    return runIn(topology, node, command);
  }
  // Beside the container, with vethlab's tools: its image may have none.
  const { topology } = await runningOf(name, options);
  placeOf(topology, node);
  return withProbes(
    topology,
    (probed) => runIn(probed, node, command),
    (one) => one.name === node,
  );
}

/** Runs a command in a node with the terminal of this process, and waits for its end. */
function runIn(topology: Topology, node: string, command: readonly string[]): Promise<number> {
  const terminal = process.stdin.isTTY && process.stdout.isTTY;
  const [program = "", ...args] = nodeCommand(topology, node, command, { terminal });
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
