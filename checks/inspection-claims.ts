/** Constructors of claims about what the kernel of a node holds, for lab files. */
import type { InspectionClaim } from "../topology/claims.ts";
import { type NetworkRef, nameOfNetwork, nameOfNode, type NodeRef } from "../topology/refs.ts";
import { describeTarget, type To, toTarget } from "./probing.ts";

/** A node has exactly these interfaces: `interfaces("ns1", ["lo", "veth1"])`. */
export function interfaces(node: NodeRef, exactly: readonly string[]): InspectionClaim {
  return {
    summary: `${nameOfNode(node)} has only ${exactly.join(", ")}`,
    inspect: { kind: "interfaces", node: nameOfNode(node), exactly: [...exactly] },
  };
}

/**
 * A node has so many interfaces beside lo. For boxes that are plugged in and out while they run: Docker counts on, so
 * that a second time in the interface has another name.
 */
export function interfaceCount(node: NodeRef, count: number): InspectionClaim {
  return {
    summary: `${nameOfNode(node)} has ${count === 1 ? "one interface" : `${count || "no"} interfaces`} beside lo`,
    inspect: { kind: "interface count", node: nameOfNode(node), count },
  };
}

/** Two nodes have the same interfaces, with equal MAC and addresses. */
export function sameInterfaces(a: NodeRef, b: NodeRef): InspectionClaim {
  return {
    summary: `${nameOfNode(a)} has the interfaces of ${nameOfNode(b)}`,
    inspect: { kind: "same interfaces", nodes: [nameOfNode(a), nameOfNode(b)] },
  };
}

/** An interface of a node is paired with a veth of `peerNode`; one that is a port of `bridge`, where that is given. */
export function vethPair(
  node: NodeRef,
  interfaceName: string,
  { peerNode, bridge }: { peerNode: NodeRef; bridge?: string },
): InspectionClaim {
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
export function bridgePorts(node: NodeRef, bridge: string, count: number): InspectionClaim {
  return {
    summary: `${bridge} of ${nameOfNode(node)} has ${count} ports`,
    inspect: { kind: "bridge ports", node: nameOfNode(node), bridge, count },
  };
}

/**
 * Nodes do not reach one another at their addresses on a bridge network of their host, such as docker_gwbridge: its ports
 * are kept apart (`com.docker.network.bridge.enable_icc=false`). The host reaches each of them there.
 */
export function portsApart(host: NodeRef, network: NetworkRef, nodes: readonly NodeRef[]): InspectionClaim {
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
export function defaultRoute(node: NodeRef, via: To): InspectionClaim {
  const target = toTarget(via);
  return {
    summary: `the default route of ${nameOfNode(node)} is ${describeTarget(target)}`,
    inspect: { kind: "default route", node: nameOfNode(node), via: target },
  };
}

/** `ip netns` on a host knows a namespace by this name, and in it are the interfaces of `node`. */
export function namedNamespace(host: NodeRef, name: string, node: NodeRef): InspectionClaim {
  return {
    summary: `namespace ${name} on ${nameOfNode(host)} is that of ${nameOfNode(node)}`,
    inspect: { kind: "named namespace", host: nameOfNode(host), name, node: nameOfNode(node) },
  };
}

/** Where a rule stands. */
export interface RulePlace {
  table: "filter" | "nat" | "mangle" | "raw";
  chain: string;
  /** In iptables' words, as after the chain: `-s 172.17.0.0/16 ! -o docker0 -j MASQUERADE`. */
  rule: string;
}

/** iptables has this rule on a node. */
export function rule(node: NodeRef, place: RulePlace): InspectionClaim {
  return ruleClaim(node, place, true);
}

/** iptables does not have this rule on a node. */
export function noRule(node: NodeRef, place: RulePlace): InspectionClaim {
  return ruleClaim(node, place, false);
}

/** What becomes of packets that no rule of a chain of the kernel's decides on. */
export function chainPolicy(
  node: NodeRef,
  { table, chain, policy }: { table: RulePlace["table"]; chain: string; policy: "ACCEPT" | "DROP" },
): InspectionClaim {
  return {
    summary: `the policy of ${chain} in ${table} on ${nameOfNode(node)} is ${policy}`,
    inspect: { kind: "chain policy", node: nameOfNode(node), table, chain, policy },
  };
}

/** A network of an engine, as the lab and the engine call it; a network component is one. */
export interface NetworkPlace {
  networkName: string;
  /** Its name on the host's engine. */
  engineName: string;
  host: { hostName: string };
}

/** A network lists these nodes as plugged into it, and no others (`docker network inspect`). */
export function members(place: NetworkPlace, exactly: readonly NodeRef[]): InspectionClaim {
  const names = exactly.map(nameOfNode);
  return {
    summary: `${place.networkName} lists ${names.join(", ") || "nobody"}`,
    inspect: { kind: "network members", ...placeOf(place), exactly: names },
  };
}

/** The engine has this network (`docker network ls`). */
export function network(place: NetworkPlace): InspectionClaim {
  return {
    summary: `${place.host.hostName} has the network ${place.networkName}`,
    inspect: { kind: "network", ...placeOf(place), present: true },
  };
}

/** The engine has no such network. */
export function noNetwork(place: NetworkPlace): InspectionClaim {
  return {
    summary: `${place.host.hostName} has no network ${place.networkName}`,
    inspect: { kind: "network", ...placeOf(place), present: false },
  };
}

function ruleClaim(node: NodeRef, { table, chain, rule }: RulePlace, present: boolean): InspectionClaim {
  return {
    summary: `${chain} in ${table} on ${nameOfNode(node)} ${present ? "has" : "has no"} ${rule}`,
    inspect: { kind: "rule", node: nameOfNode(node), table, chain, rule, present },
  };
}

function placeOf({ networkName, engineName, host }: NetworkPlace) {
  return { host: host.hostName, network: networkName, engineName };
}
