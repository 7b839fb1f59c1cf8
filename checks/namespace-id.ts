import { z } from "zod";
import { placesOf } from "../reach/places.ts";
import { scriptWords } from "../scripts/index.ts";
import type { Topology } from "../topology/document.ts";
import type { Problem } from "../topology/problems.ts";
import { hostNameOf } from "./holders.ts";

/** What a network namespace calls another: its number there; `own` where the two are one. Undefined: it has no number. */
export type NamespaceId = number | "own" | undefined;

const Named = z.array(z.object({ id: z.int().optional() }));

/** The command, on the host of two nodes, that tells what the namespace of one calls that of the other. */
export function namespaceIdCommand(topology: Topology, one: string, other: string): string[] {
  const places = placesOf(topology);
  const words = [one, other].flatMap((node) => {
    const place = places.get(node);
    return place !== undefined && "name" in place ? [place.kind, place.name] : ["host", node];
  });
  return [...scriptWords("namespace-id"), ...words];
}

/** Reads the answer to `namespaceIdCommand`. */
export function readNamespaceId(said: string): NamespaceId {
  return said === "own" ? said : Named.parse(JSON.parse(said || "[]"))[0]?.id;
}

/** The problem of two nodes whose kernels may be two: no namespace of one is known to the other. */
export function hostsProblems(topology: Topology, [one, other]: [string, string], place: string): Problem[] {
  const [here, there] = [hostNameOf(topology, one), hostNameOf(topology, other)];
  if (here === there) return [];
  const fix = "name two nodes of one host";
  return [{ place, value: other, allowed: `is on ${there}, and ${one} on ${here}`, fix }];
}
