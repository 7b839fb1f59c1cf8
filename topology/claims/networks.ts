/** Claims about the networks of one engine. */
import { z } from "zod";
import { nameOfNode, type NodeRef } from "../refs.ts";
import type { Inspecting } from "./inspecting.ts";

/** What is claimed. */
export const networkSchemas = [
  z.strictObject({
    kind: z.literal("network members"),
    host: z.string().describe("the host whose engine or kernel is asked"),
    network: z.string().describe("the network"),
    engineName: z.string().describe("the network's name on the host's engine"),
    exactly: z.array(z.string()).describe("the nodes that the network itself must list"),
  }),
  z.strictObject({
    kind: z.literal("network"),
    host: z.string().describe("the host whose engine or kernel is asked"),
    network: z.string().describe("the network"),
    engineName: z.string().describe("the network's name on the host's engine"),
    present: z.boolean().describe("whether the engine must know it"),
  }),
] as const;

/** A network of an engine, as the lab and the engine call it; a network component is one. */
export interface NetworkPlace {
  networkName: string;
  /** Its name on the host's engine. */
  engineName: string;
  host: { hostName: string };
}

/** A network lists these nodes as plugged into it, and no others (`docker network inspect`). */
export function members(
  place: NetworkPlace,
  exactly: readonly NodeRef[],
): Inspecting<(typeof networkSchemas)[number]> {
  const names = exactly.map(nameOfNode);
  return {
    summary: `${place.networkName} lists ${names.join(", ") || "nobody"}`,
    inspect: { kind: "network members", ...placeOf(place), exactly: names },
  };
}

/** The engine has this network (`docker network ls`). */
export function network(place: NetworkPlace): Inspecting<(typeof networkSchemas)[number]> {
  return {
    summary: `${place.host.hostName} has the network ${place.networkName}`,
    inspect: { kind: "network", ...placeOf(place), present: true },
  };
}

/** The engine has no such network. */
export function noNetwork(place: NetworkPlace): Inspecting<(typeof networkSchemas)[number]> {
  return {
    summary: `${place.host.hostName} has no network ${place.networkName}`,
    inspect: { kind: "network", ...placeOf(place), present: false },
  };
}

function placeOf({ networkName, engineName, host }: NetworkPlace) {
  return { host: host.hostName, network: networkName, engineName };
}
