import { hostOf } from "../../reach/places.ts";
import type { Topology } from "../../topology/document.ts";

/**
 * The unit of repair of a node: its lab host, that of the node whose network namespace it shares (a member of a key-value
 * store), or the node itself when it stands beside the lab hosts (`outside`). These are containers on the user's engine that
 * belong to the lab alone.
 *
 * @returns the container's name; undefined for a node on an engine of the user's
 */
export function unitOf(topology: Topology, name: string): string | undefined {
  const host = hostOf(topology, name);
  if (host?.container !== undefined) return host.container;
  const node = topology.nodes.find((one) => one.name === name);
  if (node?.joins !== undefined) return unitOf(topology, node.joins);
  const beside = node?.interfaces.some(({ network }) => network === "underlay") === true;
  return beside && node.kind === "container" ? node.container : undefined;
}

/** Whether a lab has nodes on an engine of the user's: nothing is built anew there unasked. */
export function standsOnUsers(topology: Topology): boolean {
  const onMachines = topology.hosts.some(({ kind }) => kind === "ssh");
  return onMachines || topology.nodes.some(({ name }) => unitOf(topology, name) === undefined);
}

/** How a person asks for the rebuild there. */
export function askFor(stack: string): string {
  return `this stands on an engine of yours and is left as it is; npx vethlab up ${stack} --rebuild builds it anew`;
}
