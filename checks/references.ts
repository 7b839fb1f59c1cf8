/** Whether the lab has the nodes, networks and services that a claim names. */
import { isAddress } from "../topology/addresses.ts";
import { type Probe, type Target, targetsOf } from "../topology/claims/index.ts";
import type { Topology } from "../topology/document.ts";
import type { Problem } from "../topology/problems.ts";
import { didYouMean } from "../topology/suggest.ts";
import { nodeAddress, interfacesOf } from "./targets.ts";

/** The problems of a probe: its sender and its target must be nodes of the lab. */
export function probeProblems(topology: Topology, probe: Probe, place: string): Problem[] {
  const problems = nodeProblems(topology, probe.from, `${place}.from`);
  problems.push(
    ...targetsOf(probe).flatMap((target) => targetProblems(topology, probe.from, target, `${place}.to`)),
  );
  if (probe.kind === "http" && probe.by !== undefined) {
    problems.push(...nodeProblems(topology, probe.by, `${place}.by`));
  }
  return problems;
}

/** The problems of a target. */
export function targetProblems(topology: Topology, from: string, target: Target, place: string): Problem[] {
  switch (target.by) {
    case "name":
      return [];
    case "address":
      if (isAddress(target.address)) return [];
      return [
        { place, value: target.address, allowed: "is no IPv4 address", fix: "for example 203.0.113.10" },
      ];
    case "node-name":
      return nodeProblems(topology, target.node, place);
    case "node-address": {
      const problems = nodeProblems(topology, target.node, place);
      if (problems.length > 0 || nodeAddress(topology, from, target.node, target.network) !== undefined)
        return problems;
      const networks = interfacesOf(topology, target.node).map(({ network }) => network);
      return [
        {
          place,
          value: target.network ?? target.node,
          allowed:
            target.network === undefined
              ? "this node has no address"
              : `${target.node} is not on this network`,
          fix: didYouMean(target.network ?? "", networks),
        },
      ];
    }
  }
}

/** Packets are captured on lab hosts only: the user's own machine is not entered. */
export function hostProblems({ hosts }: Topology, host: string, place: string): Problem[] {
  const known = hosts.filter(({ shell }) => shell !== undefined).map(({ name }) => name);
  if (known.includes(host)) return [];
  return [{ place, value: host, allowed: "is no lab host", fix: didYouMean(host, known) }];
}

/** A name at which a command can run: a node, or a host that is no node. */
export function nodeProblems({ nodes, hosts }: Topology, name: string, place: string): Problem[] {
  const known = [...new Set([...nodes, ...hosts].map((candidate) => candidate.name))];
  if (known.includes(name)) return [];
  return [{ place, value: name, allowed: "the lab has no such node", fix: didYouMean(name, known) }];
}

/** Several nodes, at one place of the claim. */
export function nodesProblems(topology: Topology, names: readonly string[], place: string): Problem[] {
  return names.flatMap((name) => nodeProblems(topology, name, place));
}

/** A service of the lab. */
export function serviceProblems({ services = [] }: Topology, name: string, place: string): Problem[] {
  return unknown(name, "service", services, place);
}

/** A network of the lab. */
export function networkProblems({ networks }: Topology, name: string, place: string): Problem[] {
  return unknown(name, "network", networks, place);
}

/** A node, or a service in the place of its tasks. */
export function senderProblems(topology: Topology, name: string, place: string): Problem[] {
  const isService = topology.services?.some((service) => service.name === name) ?? false;
  return isService ? [] : nodeProblems(topology, name, place);
}

function unknown(value: string, what: string, all: readonly { name: string }[], place: string): Problem[] {
  const known = all.map(({ name }) => name);
  if (known.includes(value)) return [];
  return [{ place, value, allowed: `the lab has no such ${what}`, fix: didYouMean(value, known) }];
}
