/** Claims about networks that several engines share. */
import { z } from "zod";
import { nameOfNode, type NodeRef } from "../refs.ts";
import type { Inspecting } from "./inspecting.ts";
import { refuseUnknownOptions } from "./options.ts";

/** What is claimed. */
export const overlaySchemas = [
  z.strictObject({
    kind: z.literal("shared network"),
    hosts: z.array(z.string()).min(2).describe("the hosts that must share it"),
    network: z.string().describe("its name on the hosts' engines"),
    scope: z.enum(["global", "swarm"]).describe("in Docker's words, who knows it"),
  }),
  z.strictObject({
    kind: z.literal("overlay creation"),
    host: z.string().describe("the host whose engine or kernel is asked"),
    accepted: z.boolean().describe("whether the engine must make an overlay that it is asked for"),
  }),
  z.strictObject({
    kind: z.literal("key in store"),
    host: z.string().describe("the lab host from which the store is asked"),
    store: z.enum(["etcd", "consul"]).describe("the key-value store"),
    url: z.string().describe("where clients reach the store: http://192.168.33.10:2379"),
    network: z.string().describe("the network whose key it is, by its name on the host's engine"),
  }),
  z.strictObject({
    kind: z.literal("distinct addresses"),
    nodes: z.array(z.string()).min(2).describe("the nodes whose addresses must differ"),
    subnet: z.string().describe("IPv4 CIDR in which each node must have an address of its own"),
  }),
] as const;

/** A network that engines of several hosts share; an OverlayNetwork component is one. */
export interface OverlayPlace {
  networkName: string;
  subnet: string;
  space: { hosts: readonly { hostName: string }[]; scope: "global" | "swarm" };
}

/** All engines of its hosts list the network, and it is one and the same (`docker network inspect`). */
export function sharedNetwork({
  networkName,
  space,
}: OverlayPlace): Inspecting<(typeof overlaySchemas)[number]> {
  const hosts = space.hosts.map(({ hostName }) => hostName);
  return {
    summary: `${networkName} is one network on ${hosts.join(", ")}`,
    inspect: { kind: "shared network", hosts, network: networkName, scope: space.scope },
  };
}

/** The engine of a host makes no overlay network: it shares networks with nobody. It is asked for one, and says so. */
export function overlayRefused(host: NodeRef): Inspecting<(typeof overlaySchemas)[number]> {
  return {
    summary: `${nameOfNode(host)} refuses to make an overlay`,
    inspect: { kind: "overlay creation", host: nameOfNode(host), accepted: false },
  };
}

/** The engine of a host makes an overlay network when it is asked for one; it is removed at once. */
export function overlayAccepted(host: NodeRef): Inspecting<(typeof overlaySchemas)[number]> {
  return {
    summary: `${nameOfNode(host)} makes an overlay`,
    inspect: { kind: "overlay creation", host: nameOfNode(host), accepted: true },
  };
}

/** The store has the key of a network, by the id that the engine of `host` knows it by. */
export function keyInStore(
  host: NodeRef,
  { networkName }: OverlayPlace,
  options: { store: "etcd" | "consul"; url: string },
): Inspecting<(typeof overlaySchemas)[number]> {
  refuseUnknownOptions(["keyInStore", host], options, { store: true, url: true });
  const { store, url } = options;
  return {
    summary: `the key of ${networkName} is in ${store}, asked from ${nameOfNode(host)}`,
    inspect: { kind: "key in store", host: nameOfNode(host), store, url, network: networkName },
  };
}

/** No two nodes have the same address on a network, on whichever host they are. */
export function distinctAddresses(
  { networkName, subnet }: Pick<OverlayPlace, "networkName" | "subnet">,
  nodes: readonly NodeRef[],
): Inspecting<(typeof overlaySchemas)[number]> {
  return {
    summary: `${nodes.map(nameOfNode).join(", ")} have addresses of their own on ${networkName}`,
    inspect: { kind: "distinct addresses", nodes: nodes.map(nameOfNode), subnet },
  };
}
