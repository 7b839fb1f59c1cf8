import { Topology } from "../topology/document.ts";
import { project } from "../toolchain/project.ts";
import { readState } from "./backend.ts";
import { WrongUse } from "./exit.ts";
import { refuseOfHeir } from "./mending/renamed.ts";
import type { Target } from "./labs.ts";

/**
 * The topology document of a lab that stands: the stack's output.
 *
 * @throws WrongUse when it does not stand, or its program does not export the document
 */
export function topologyOf({ stack, lab }: Target): Topology {
  const state = readState(stack);
  const topology = state?.outputs["topology"];
  if (topology === undefined) {
    refuseOfHeir(stack);
    if (!project.builtIn && (state?.resources.length ?? 0) > 0) {
      throw new WrongUse(
        [
          `The stack "${stack}" of the project ${project.name} has no output "topology": nothing is known of its lab.`,
          "  What to do: export the document of its Topology component, and bring the stack up again:",
          '    const lab = new Topology("topology", { host, claims });',
          "    export const topology = lab.document;",
        ].join("\n"),
      );
    }
    const words = project.builtIn ? [lab, ...(stack === lab ? [] : ["--stack", stack])] : [stack];
    throw new WrongUse(`"${stack}" is not up. Build it with: npx vethlab up ${words.join(" ")}`);
  }
  return Topology.parse(topology);
}
