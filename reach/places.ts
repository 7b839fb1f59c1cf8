import type { Topology } from "../topology/document.ts";

/** Where a command is run. */
export type Place = { host: string } & (
  { kind: "host" } | { kind: "namespace"; name: string } | { kind: "container"; container: string }
);

/** The place of each node, and of each host that is no node of its own, by name. */
export function placesOf(topology: Topology): Map<string, Place> {
  const places = new Map<string, Place>(
    topology.hosts.map(({ name }) => [name, { kind: "host", host: name }]),
  );
  for (const { name, kind, host, container = name } of topology.nodes) {
    places.set(
      name,
      kind === "container"
        ? { kind, host, container }
        : kind === "namespace"
          ? { kind, host, name }
          : { kind, host },
    );
  }
  return places;
}
