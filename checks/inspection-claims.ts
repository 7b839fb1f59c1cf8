/** Constructors of claims about what the kernel of a node holds, for lab files. */
import type { InspectionClaim } from "../topology/claims.ts";
import { describeTarget, type To, toTarget } from "./probing.ts";

/** A node has exactly these interfaces: `interfaces("ns1", ["lo", "veth1"])`. */
export function interfaces(node: string, exactly: readonly string[]): InspectionClaim {
  return {
    summary: `${node} has only ${exactly.join(", ")}`,
    inspect: { kind: "interfaces", node, exactly: [...exactly] },
  };
}

/**
 * A node has so many interfaces beside lo. For boxes that are plugged in and out while they run: Docker counts on, so
 * that a second time in the interface has another name.
 */
export function interfaceCount(node: string, count: number): InspectionClaim {
  return {
    summary: `${node} has ${count === 1 ? "one interface" : `${count || "no"} interfaces`} beside lo`,
    inspect: { kind: "interface count", node, count },
  };
}

/** Two nodes have the same interfaces, with equal MAC and addresses. */
export function sameInterfaces(a: string, b: string): InspectionClaim {
  return {
    summary: `${a} has the interfaces of ${b}`,
    inspect: { kind: "same interfaces", nodes: [a, b] },
  };
}

/** An interface of a node is paired with a veth of `peerNode`; one that is a port of `bridge`, where that is given. */
export function vethPair(
  node: string,
  interfaceName: string,
  { peerNode, bridge }: { peerNode: string; bridge?: string },
): InspectionClaim {
  const where = bridge === undefined ? peerNode : `${bridge} of ${peerNode}`;
  return {
    summary: `${interfaceName} of ${node} is paired with a veth on ${where}`,
    inspect: {
      kind: "veth pair",
      node,
      interface: interfaceName,
      peerNode,
      ...(bridge === undefined ? {} : { bridge }),
    },
  };
}

/** A bridge of a node has `count` ports. */
export function bridgePorts(node: string, bridge: string, count: number): InspectionClaim {
  return {
    summary: `${bridge} of ${node} has ${count} ports`,
    inspect: { kind: "bridge ports", node, bridge, count },
  };
}

/**
 * Nodes do not reach one another at their addresses on a bridge network of their host, such as docker_gwbridge: its ports
 * are kept apart (`com.docker.network.bridge.enable_icc=false`). The host reaches each of them there.
 */
export function portsApart(host: string, network: string, nodes: readonly string[]): InspectionClaim {
  return {
    summary: `${nodes.join(", ")} do not reach one another on ${network}`,
    inspect: { kind: "ports apart", host, network, nodes: [...nodes] },
  };
}

/** The default route of a node goes through `via`, the next hop. */
export function defaultRoute(node: string, via: To): InspectionClaim {
  const target = toTarget(via);
  return {
    summary: `the default route of ${node} is ${describeTarget(target)}`,
    inspect: { kind: "default route", node, via: target },
  };
}

/** `ip netns` on a host knows a namespace by this name, and in it are the interfaces of `node`. */
export function namedNamespace(host: string, name: string, node: string): InspectionClaim {
  return {
    summary: `namespace ${name} on ${host} is that of ${node}`,
    inspect: { kind: "named namespace", host, name, node },
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
export function rule(node: string, place: RulePlace): InspectionClaim {
  return ruleClaim(node, place, true);
}

/** iptables does not have this rule on a node. */
export function noRule(node: string, place: RulePlace): InspectionClaim {
  return ruleClaim(node, place, false);
}

/** What becomes of packets that no rule of a chain of the kernel's decides on. */
export function chainPolicy(
  node: string,
  { table, chain, policy }: { table: RulePlace["table"]; chain: string; policy: "ACCEPT" | "DROP" },
): InspectionClaim {
  return {
    summary: `the policy of ${chain} in ${table} on ${node} is ${policy}`,
    inspect: { kind: "chain policy", node, table, chain, policy },
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
export function members(place: NetworkPlace, exactly: readonly string[]): InspectionClaim {
  return {
    summary: `${place.networkName} lists ${exactly.join(", ") || "nobody"}`,
    inspect: { kind: "network members", ...placeOf(place), exactly: [...exactly] },
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

function ruleClaim(node: string, { table, chain, rule }: RulePlace, present: boolean): InspectionClaim {
  return {
    summary: `${chain} in ${table} on ${node} ${present ? "has" : "has no"} ${rule}`,
    inspect: { kind: "rule", node, table, chain, rule, present },
  };
}

function placeOf({ networkName, engineName, host }: NetworkPlace) {
  return { host: host.hostName, network: networkName, engineName };
}
