import { Topology } from "../topology/document.ts";
import { readState } from "./backend.ts";
import { WrongUse } from "./exit.ts";
import { refuseOfHeir } from "./mending/renamed.ts";
import type { Target } from "./labs.ts";

/**
 * The topology document of a lab that stands: the stack's output.
 *
 * @throws WrongUse when it does not stand
 */
export function topologyOf({ stack, lab }: Target): Topology {
  const topology = readState(stack)?.outputs["topology"];
  if (topology === undefined) {
    refuseOfHeir(stack);
    const name = stack === lab ? "" : ` --stack ${stack}`;
    throw new WrongUse(`"${stack}" is not up. Build it with: npx vethlab up ${lab}${name}`);
  }
  return Topology.parse(topology);
}
