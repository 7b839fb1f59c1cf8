import type { Topology, TopologyHost } from "../topology/document.ts";

/** Where a command runs: on a host, or in a network namespace there. */
export type Place = { host: TopologyHost } & (
  | { kind: "host" }
  /** The engine of the host only. The user's own machine is never entered itself. */
  | { kind: "engine" }
  /** `name`: of the container, or its id. */
  | { kind: "container"; name: string }
  /** A namespace of `ip netns`. */
  | { kind: "namespace"; name: string }
  /** A network namespace without a name. `name`: its file, such as /proc/711/ns/net. */
  | { kind: "namespace file"; name: string }
);

/** The place of each node, and of each host that is no node, by name. */
export function placesOf(topology: Topology): Map<string, Place> {
  const hosts = new Map(topology.hosts.map((host) => [host.name, host]));
  const places = new Map<string, Place>();
  for (const host of topology.hosts) places.set(host.name, hostPlace(host));
  for (const { name, kind, host: hostName, container = name } of topology.nodes) {
    const host = hosts.get(hostName);
    if (host === undefined) continue;
    if (kind === "host") places.set(name, hostPlace(host));
    else places.set(name, { host, kind, name: kind === "container" ? container : name });
  }
  return places;
}

/** The host that a node stands on, or is. */
export function hostOf(topology: Topology, node: string): TopologyHost | undefined {
  return placesOf(topology).get(node)?.host;
}

/** The place of a host; for the user's own machine its engine only. */
export function hostPlace(host: TopologyHost): Place {
  return { host, kind: host.shell === undefined ? "engine" : "host" };
}

/** A text that identifies a place. */
export function placeKey(place: Place): string {
  return [place.host.name, place.kind, ...("name" in place ? [place.name] : [])].join(" ");
}
