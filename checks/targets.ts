import type { Target } from "../topology/claims/index.ts";
import type { Topology, TopologyInterface, TopologyNode } from "../topology/document.ts";

/** The interfaces of a node, or of the node whose network namespace it joins. */
export function interfacesOf(topology: Topology, name: string): readonly TopologyInterface[] {
  const node = nodeOf(topology, name);
  if (node === undefined) return [];
  return node.interfaces.length === 0 && node.joins !== undefined
    ? interfacesOf(topology, node.joins)
    : node.interfaces;
}

/**
 * The destination of a packet from node `from`. Without a network, a node has its address on a network that it shares with
 * `from`, else its first address.
 * @throws Error when the target is a node without such an address (`validateClaims` has reported it before).
 */
export function destinationOf(topology: Topology, from: string, target: Target): string {
  switch (target.by) {
    case "address":
      return target.address;
    case "name":
      return target.name;
    case "node-name":
      return target.node;
    case "node-address": {
      const found = nodeAddress(topology, from, target.node, target.network);
      if (found === undefined)
        throw new Error(`${target.node} has no address on ${target.network ?? "any network"}`);
      return found;
    }
  }
}

/** The address by which `from` reaches a node, on `network` where it is given. */
export function nodeAddress(
  topology: Topology,
  from: string,
  node: string,
  network?: string,
): string | undefined {
  const interfaces = interfacesOf(topology, node);
  if (network !== undefined) return interfaces.find((candidate) => candidate.network === network)?.address;
  const shared = new Set(interfacesOf(topology, from).map((candidate) => candidate.network));
  return (interfaces.find((candidate) => shared.has(candidate.network)) ?? interfaces[0])?.address;
}

/** The name on its engine of a network or a service. */
export function onEngine(
  all: readonly { name: string; engineName?: string | undefined }[] = [],
  name: string,
): string {
  return all.find((one) => one.name === name)?.engineName ?? name;
}

function nodeOf(topology: Topology, name: string): TopologyNode | undefined {
  return topology.nodes.find((node) => node.name === name);
}
