/**
 * Which node was asked, and which node answered. An answer counts when the node itself has given it; silence counts when
 * the node holds the address that was asked.
 */
import { isDirect, type Probe, type Target, targetsOf } from "../topology/claims/index.ts";
import type { Topology } from "../topology/document.ts";
import type { Expected } from "./answers.ts";
import { astray, type Holding, hostNameOf, shareNamespace } from "./holders.ts";
import type { Observation } from "./observation.ts";
import { destinationOf } from "./targets.ts";

/** The addresses of a node at the time of testing; undefined where they cannot be asked. */
export type HoldingOf = (node: string) => Holding | undefined;

/** A node, and the address at which it was asked. */
export interface Addressed {
  node: string;
  address: string;
}

/** The nodes of a probe. The addresses of these nodes tell whether the answer counts. The sender is the first. */
export function witnessesOf(topology: Topology, probe: Probe, expect?: Expected): string[] {
  const named = namedBy(probe, expect).flatMap((target) => (target.by === "node-name" ? [target.node] : []));
  const nodes = [...named, ...addressedOf(topology, probe, expect).map(({ node }) => node)];
  if (probe.kind === "http" && probe.by !== undefined) nodes.push(probe.by);
  return nodes.length === 0 ? [] : [...new Set([probe.from, ...nodes])];
}

/** The nodes that a probe, or its claimed answer, names by their addresses. */
export function addressedOf(topology: Topology, probe: Probe, expect?: Expected): Addressed[] {
  return namedBy(probe, expect).flatMap((target) =>
    target.by === "node-address"
      ? [{ node: target.node, address: destinationOf(topology, probe.from, target) }]
      : [],
  );
}

/** Why the answer to a probe is no proof; undefined for an answer that counts. */
export function doubtOf(
  topology: Topology,
  probe: Probe,
  expect: Expected | undefined,
  observation: Observation,
  holdingOf: HoldingOf,
): string | undefined {
  for (const { node, address } of addressedOf(topology, probe, expect)) {
    const problem = astray(node, address, holdingOf(node));
    if (problem !== undefined) return problem;
  }
  const impostor = impostorOf(topology, probe, observation);
  if (impostor !== undefined) return impostor;
  const { from } = probe;
  const responder = responderOf(topology, probe, observation);
  if (responder === undefined) return undefined;
  const { node, address } = responder;
  if (holds(holdingOf(from), address) && !shareNamespace(topology, from, node)) {
    return `${address} is an address of ${from} itself: ${from} has answered itself`;
  }
  const holding = holdingOf(node);
  if (holding === undefined || holds(holding, address)) return undefined;
  return `the name leads to ${address}, which ${node} does not have`;
}

/** The web server of the box image names its node. A port of a host may lead to any node, unless the claim names one. */
function impostorOf(topology: Topology, probe: Probe, { speaker }: Observation): string | undefined {
  if (probe.kind !== "http" || speaker === undefined) return undefined;
  const meant =
    probe.by ?? ("node" in probe.to && !isHost(topology, probe.to.node) ? probe.to.node : speaker);
  const called = topology.nodes.filter(({ name, hostname = name }) => hostname === speaker);
  const speakers = [speaker, ...called.map(({ name }) => name)];
  return speakers.some((one) => shareNamespace(topology, one, meant))
    ? undefined
    : `${speaker} has answered, not ${meant}`;
}

/** Whether a node is a host. */
export function isHost(topology: Topology, node: string): boolean {
  return hostNameOf(topology, node) === node;
}

/** The targets of a probe, or of its claimed answer. */
function namedBy(probe: Probe, expect?: Expected): readonly Target[] {
  return expect?.answer === "address-of" ? expect.nodes : targetsOf(probe);
}

/** The node that must have answered, and the address of the answer. */
export function responderOf(
  topology: Topology,
  probe: Probe,
  { responder }: Observation,
): Addressed | undefined {
  if (!isDirect(probe)) return undefined;
  const [addressed] = addressedOf(topology, probe);
  if (addressed !== undefined) return addressed;
  return probe.to.by === "node-name" && responder !== undefined
    ? { node: probe.to.node, address: responder }
    : undefined;
}

/** Whether others reach a node at an address: those of a loopback each node has for itself. */
export function isReachedAt(holding: Holding | undefined, address: string): boolean {
  return !address.startsWith("127.") && holds(holding, address);
}

function holds(holding: Holding | undefined, address: string): boolean {
  return typeof holding === "object" && holding.some((held) => held.address === address);
}
