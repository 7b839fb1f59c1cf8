/** The running project that a command is given: a Compose file, and --running. */
import { MACHINE, type RunningProject } from "../../compose/running.ts";
import type { Topology } from "../../topology/document.ts";
import { enterToolchain } from "../environment.ts";
import { WrongUse } from "../exit.ts";
import { type FileOptions, readLabOf } from "../lab-files.ts";
import { resolveTarget } from "../labs.ts";
import { topologyOf } from "../topology-of.ts";
import { findRunning } from "./engine-project.ts";

/** Options of commands that work on the twin of a Compose file, and on the running project. */
export interface RunningOptions extends FileOptions {
  /** The project that runs on the user's engine is meant, not its twin. */
  running?: boolean;
}

/** @throws WrongUse where the lab is not one of a Compose file */
export async function runningOf(name: string | undefined, options: FileOptions): Promise<RunningProject> {
  const target = resolveTarget(name);
  const lab = await readLabOf(target, options);
  if (lab?.kind !== "compose")
    throw new WrongUse(
      `--running is for Compose files: ${target.lab} is none, and stands where vethlab built it.`,
    );
  // The tools that are put beside the containers are an image of vethlab's.
  await enterToolchain(true);
  return findRunning(lab, target.stack);
}

/** The topology of a lab that stands, or of a running project, without the machine that it runs on. */
export async function topologyOrRunning(
  name: string | undefined,
  options: RunningOptions,
): Promise<Topology> {
  if (options.running !== true) return topologyOf(resolveTarget(name));
  const { topology } = await runningOf(name, options);
  return { ...topology, nodes: topology.nodes.filter((node) => node.name !== MACHINE) };
}
