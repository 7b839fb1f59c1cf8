/** Claims about interfaces, bridges, routes and paths. */
import { z } from "zod";
import { type NetworkRef, nameOfNetwork, nameOfNode, type NodeRef } from "../refs.ts";
import type { Inspecting } from "./inspecting.ts";
import { refuseUnknownOptions } from "./options.ts";
import { Target, type To, toTarget, describeTarget } from "./target.ts";

/** What is claimed. */
export const interfaceSchemas = [
  z.strictObject({
    kind: z.literal("interfaces"),
    node: z.string().describe("the node"),
    exactly: z.array(z.string()).describe("names of its interfaces, lo among them"),
  }),
  z.strictObject({
    kind: z.literal("interface count"),
    node: z.string().describe("the node"),
    count: z.int().min(0).describe("without lo"),
  }),
  z.strictObject({
    kind: z.literal("same interfaces"),
    nodes: z.tuple([z.string(), z.string()]).describe("the two nodes"),
  }),
  z.strictObject({
    kind: z.literal("veth pair"),
    node: z.string().describe("the node"),
    interface: z.string().describe("name of the interface"),
    peerNode: z.string().describe("the node that has the other end"),
    bridge: z.string().optional().describe("the bridge that the peer must be a port of"),
  }),
  z.strictObject({
    kind: z.literal("bridge ports"),
    node: z.string().describe("the node"),
    bridge: z.string().describe("name of the bridge"),
    count: z.int().min(0).describe("how many ports it has"),
  }),
  z.strictObject({
    kind: z.literal("ports apart"),
    host: z.string().describe("the lab host that has the network"),
    network: z.string().describe("the bridge network, by its name on the host's engine: docker_gwbridge"),
    nodes: z.array(z.string()).min(2).describe("the nodes that must not reach one another there"),
  }),
  z.strictObject({
    kind: z.literal("default route"),
    node: z.string().describe("the node"),
    via: Target.describe("the next hop"),
  }),
  z.strictObject({
    kind: z.literal("named namespace"),
    host: z.string().describe("the host whose engine or kernel is asked"),
    name: z.string().describe("the name that `ip netns` knows"),
    node: z.string().describe("whose interfaces the namespace must hold"),
  }),
  z.strictObject({
    kind: z.literal("mtu"),
    from: z.string().describe("the node that sends"),
    to: Target.describe("where it goes"),
    bytes: z.int().min(68).describe("the largest IPv4 packet that passes without fragmentation (RFC 791)"),
  }),
] as const;

/** A node has exactly these interfaces: `interfaces("ns1", ["lo", "veth1"])`. */
export function interfaces(
  node: NodeRef,
  exactly: readonly string[],
): Inspecting<(typeof interfaceSchemas)[number]> {
  return {
    summary: `${nameOfNode(node)} has only ${exactly.join(", ")}`,
    inspect: { kind: "interfaces", node: nameOfNode(node), exactly: [...exactly] },
  };
}

/**
 * A node has so many interfaces beside lo. For boxes that are plugged in and out while they run: Docker counts on, so
 * that a second time in the interface has another name.
 */
export function interfaceCount(node: NodeRef, count: number): Inspecting<(typeof interfaceSchemas)[number]> {
  return {
    summary: `${nameOfNode(node)} has ${count === 1 ? "one interface" : `${count || "no"} interfaces`} beside lo`,
    inspect: { kind: "interface count", node: nameOfNode(node), count },
  };
}

/** Two nodes have the same interfaces: they share one network namespace. */
export function sameInterfaces(a: NodeRef, b: NodeRef): Inspecting<(typeof interfaceSchemas)[number]> {
  return {
    summary: `${nameOfNode(a)} has the interfaces of ${nameOfNode(b)}`,
    inspect: { kind: "same interfaces", nodes: [nameOfNode(a), nameOfNode(b)] },
  };
}

/** An interface of a node is paired with a veth of `peerNode`; one that is a port of `bridge`, where that is given. */
export function vethPair(
  node: NodeRef,
  interfaceName: string,
  options: { peerNode: NodeRef; bridge?: string },
): Inspecting<(typeof interfaceSchemas)[number]> {
  refuseUnknownOptions(["vethPair", node], options, { peerNode: true, bridge: true });
  const { peerNode, bridge } = options;
  const where = bridge === undefined ? nameOfNode(peerNode) : `${bridge} of ${nameOfNode(peerNode)}`;
  return {
    summary: `${interfaceName} of ${nameOfNode(node)} is paired with a veth on ${where}`,
    inspect: {
      kind: "veth pair",
      node: nameOfNode(node),
      interface: interfaceName,
      peerNode: nameOfNode(peerNode),
      ...(bridge === undefined ? {} : { bridge }),
    },
  };
}

/** A bridge of a node has `count` ports. */
export function bridgePorts(
  node: NodeRef,
  bridge: string,
  count: number,
): Inspecting<(typeof interfaceSchemas)[number]> {
  return {
    summary: `${bridge} of ${nameOfNode(node)} has ${count} ports`,
    inspect: { kind: "bridge ports", node: nameOfNode(node), bridge, count },
  };
}

/**
 * Nodes do not reach one another at their addresses on a bridge network of their host, such as docker_gwbridge: its ports
 * are kept apart (`com.docker.network.bridge.enable_icc=false`). The host reaches each of them there.
 */
export function portsApart(
  host: NodeRef,
  network: NetworkRef,
  nodes: readonly NodeRef[],
): Inspecting<(typeof interfaceSchemas)[number]> {
  return {
    summary: `${nodes.map(nameOfNode).join(", ")} do not reach one another on ${nameOfNetwork(network)}`,
    inspect: {
      kind: "ports apart",
      host: nameOfNode(host),
      network: nameOfNetwork(network),
      nodes: nodes.map(nameOfNode),
    },
  };
}

/** The default route of a node goes through `via`, the next hop. */
export function defaultRoute(node: NodeRef, via: To): Inspecting<(typeof interfaceSchemas)[number]> {
  const target = toTarget(via);
  return {
    summary: `the default route of ${nameOfNode(node)} is ${describeTarget(target)}`,
    inspect: { kind: "default route", node: nameOfNode(node), via: target },
  };
}

/** IPv4 packets of so many bytes pass from a node to `to` without fragmentation, and those of one byte more do not. */
export function mtu(from: NodeRef, to: To, bytes: number): Inspecting<(typeof interfaceSchemas)[number]> {
  const sender = nameOfNode(from);
  return {
    summary: `packets of up to ${bytes} bytes pass from ${sender} to ${describeTarget(to)}`,
    inspect: { kind: "mtu", from: sender, to: toTarget(to), bytes },
  };
}

/** `ip netns` on a host knows a namespace by this name, and in it are the interfaces of `node`. */
export function namedNamespace(
  host: NodeRef,
  name: string,
  node: NodeRef,
): Inspecting<(typeof interfaceSchemas)[number]> {
  return {
    summary: `namespace ${name} on ${nameOfNode(host)} is that of ${nameOfNode(node)}`,
    inspect: { kind: "named namespace", host: nameOfNode(host), name, node: nameOfNode(node) },
  };
}
