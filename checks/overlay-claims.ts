/** Constructors of claims about networks that several engines share, for lab files. */
import type { InspectionClaim } from "../topology/claims.ts";
import { type NodeRef, nameOfNode } from "../topology/refs.ts";

/** A network that engines of several hosts share; an OverlayNetwork component is one. */
export interface OverlayPlace {
  networkName: string;
  subnet: string;
  space: { hosts: readonly { hostName: string }[]; scope: "global" | "swarm" };
}

/** All engines of its hosts list the network, and it is one and the same (`docker network inspect`). */
export function sharedNetwork({ networkName, space }: OverlayPlace): InspectionClaim {
  const hosts = space.hosts.map(({ hostName }) => hostName);
  return {
    summary: `${networkName} is one network on ${hosts.join(", ")}`,
    inspect: { kind: "shared network", hosts, network: networkName, scope: space.scope },
  };
}

/** The engine of a host makes no overlay network: it shares networks with nobody. It is asked for one, and says so. */
export function overlayRefused(host: NodeRef): InspectionClaim {
  return {
    summary: `${nameOfNode(host)} refuses to make an overlay`,
    inspect: { kind: "overlay creation", host: nameOfNode(host), accepted: false },
  };
}

/** The engine of a host makes an overlay network when it is asked for one; it is removed at once. */
export function overlayAccepted(host: NodeRef): InspectionClaim {
  return {
    summary: `${nameOfNode(host)} makes an overlay`,
    inspect: { kind: "overlay creation", host: nameOfNode(host), accepted: true },
  };
}

/** The store has the key of a network, by the id that the engine of `host` knows it by. */
export function keyInStore(
  host: NodeRef,
  { networkName }: OverlayPlace,
  { store, url }: { store: "etcd" | "consul"; url: string },
): InspectionClaim {
  return {
    summary: `the key of ${networkName} is in ${store}, asked from ${nameOfNode(host)}`,
    inspect: { kind: "key in store", host: nameOfNode(host), store, url, network: networkName },
  };
}

/** No two nodes have the same address on a network, on whichever host they are. */
export function distinctAddresses(
  { networkName, subnet }: Pick<OverlayPlace, "networkName" | "subnet">,
  nodes: readonly NodeRef[],
): InspectionClaim {
  return {
    summary: `${nodes.map(nameOfNode).join(", ")} have addresses of their own on ${networkName}`,
    inspect: { kind: "distinct addresses", nodes: nodes.map(nameOfNode), subnet },
  };
}
