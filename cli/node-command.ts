import { entering } from "../reach/entering.ts";
import { type Place, placesOf } from "../reach/places.ts";
import type { Topology } from "../topology/document.ts";
import { didYouMean } from "../topology/suggest.ts";
import { WrongUse } from "./exit.ts";

/**
 * The place of a node, or of a lab host that is no node.
 *
 * @throws WrongUse when the lab has no such node
 */
export function placeOf(topology: Topology, name: string): Place {
  const places = placesOf(topology);
  const place = places.get(name);
  if (place !== undefined) return place;
  const names = [...places.keys()];
  throw new WrongUse(
    `The lab has no node "${name}": ${didYouMean(name, names)}\n  its nodes: ${names.join(", ")}`,
  );
}

/**
 * The command line that runs `command` in a node, with the terminal of this process where `terminal` says so.
 *
 * @throws WrongUse when the lab has no such node, or the node is this machine
 */
export function nodeCommand(
  topology: Topology,
  name: string,
  command: readonly string[],
  how: { terminal: boolean },
): string[] {
  const place = placeOf(topology, name);
  if (place.kind === "engine") {
    throw new WrongUse(`"${name}" is this machine itself: run the command without vethlab.`);
  }
  return [...entering(place, how), ...command];
}
