/**
 * Which node was asked, and which node answered. An answer counts when the node itself has given it; silence counts when
 * the node holds the address that was asked.
 */
import { z } from "zod";
import type { Answer } from "../reach/asking.ts";
import { overlap, subnetOf } from "../topology/addresses.ts";
import type { Probe, Target } from "../topology/claims/index.ts";
import type { Topology } from "../topology/document.ts";
import type { Expected } from "./answers.ts";
import type { Check } from "./check.ts";
import { astray, type Held, type Holding, shareNamespace, tellsNeighbours } from "./holders.ts";
import type { Observation } from "./observation.ts";
import { addressesCommand, addressesIn } from "./probes/dns.ts";
import { destinationOf } from "./targets.ts";

/** The addresses of a node at the time of testing; undefined where they cannot be asked. */
export type HoldingOf = (node: string) => Holding | undefined;

/** A node, and the address at which it was asked. */
interface Addressed {
  node: string;
  address: string;
}

/** The fields of `ip -json neigh` that are read. */
const Neighbours = z.array(z.object({ dst: z.string(), lladdr: z.string().optional() }));

/** The command that lists the neighbours of a node. */
export const NEIGHBOURS = ["ip", "-json", "neigh"];

/** The nodes of a probe. The addresses of these nodes tell whether the answer counts. The sender is the first. */
export function witnessesOf(topology: Topology, probe: Probe, expect?: Expected): string[] {
  const named = targetsOf(probe, expect).flatMap((target) =>
    target.by === "node-name" ? [target.node] : [],
  );
  const nodes = [...named, ...addressedOf(topology, probe, expect).map(({ node }) => node)];
  return nodes.length === 0 ? [] : [...new Set([probe.from, ...nodes])];
}

/** The nodes that a probe, or its claimed answer, names by their addresses. */
export function addressedOf(topology: Topology, probe: Probe, expect?: Expected): Addressed[] {
  return targetsOf(probe, expect).flatMap((target) =>
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

/**
 * The check that follows an answer: could another node have given this answer, or give the next? Undefined when there is
 * nothing to ask.
 */
export function answererCheck(
  topology: Topology,
  probe: Probe,
  observation: Observation,
  holdingOf: HoldingOf,
): Check | undefined {
  const doubts = [
    neighbourDoubt(topology, probe, observation, holdingOf),
    nameDoubt(probe, holdingOf),
  ].filter((doubt) => doubt !== undefined);
  if (doubts.length === 0) return undefined;
  return {
    questions: doubts.map(({ command }) => ({ at: probe.from, command })),
    judge(answers) {
      const observed = doubts
        .map(({ read }, index) => read(answers[index]))
        .find((problem) => problem !== undefined);
      return { holds: observed === undefined, observed: observed ?? observation.text, observation };
    },
  };
}

/** A command of the sender, and the reason that its output gives to doubt an answer. */
interface Doubt {
  command: readonly string[];
  read: (answer: Answer | undefined) => string | undefined;
}

/** Two nodes of one link may have the same address. Not asked when the answer came through a router. */
function neighbourDoubt(
  topology: Topology,
  probe: Probe,
  observation: Observation,
  holdingOf: HoldingOf,
): Doubt | undefined {
  const { from } = probe;
  const responder = responderOf(topology, probe, observation);
  if (responder === undefined || !tellsNeighbours(topology, from)) return undefined;
  const { node, address } = responder;
  const [own, theirs] = [holdingOf(from), holdingOf(node)];
  if (typeof own !== "object" || typeof theirs !== "object") return undefined;
  if (shareNamespace(topology, from, node) || !own.some((held) => isOnLink(held, address))) return undefined;
  const macs = theirs.flatMap((held) => (held.address === address ? (held.mac ?? []) : []));
  return {
    command: NEIGHBOURS,
    read(answer) {
      const mac = neighbourIn(answer, address);
      return mac === undefined || macs.includes(mac)
        ? undefined
        : `${address} is answered by ${mac}, and ${node} has ${macs.join(", ")}`;
    },
  };
}

/** A name may have several addresses, and the probe tries one of them. */
function nameDoubt(probe: Probe, holdingOf: HoldingOf): Doubt | undefined {
  if (probe.kind === "dns" || probe.to.by !== "node-name") return undefined;
  const { node } = probe.to;
  const holding = holdingOf(node);
  if (typeof holding !== "object") return undefined;
  return {
    command: addressesCommand(node),
    read(answer) {
      const found = answer === undefined || "unavailable" in answer ? [] : addressesIn(answer.stdout);
      const other = found.find((address) => !holds(holding, address));
      return other === undefined ? undefined : `the name leads to ${other} too, which ${node} does not have`;
    },
  };
}

function targetsOf(probe: Probe, expect?: Expected): readonly Target[] {
  if (probe.kind !== "dns") return [probe.to];
  return expect?.answer === "address-of" ? expect.nodes : [];
}

/** The node that must have answered, and the address of the answer. */
function responderOf(topology: Topology, probe: Probe, { responder }: Observation): Addressed | undefined {
  if (probe.kind === "dns") return undefined;
  const [addressed] = addressedOf(topology, probe);
  if (addressed !== undefined) return addressed;
  return probe.to.by === "node-name" && responder !== undefined
    ? { node: probe.to.node, address: responder }
    : undefined;
}

function holds(holding: Holding | undefined, address: string): boolean {
  return typeof holding === "object" && holding.some((held) => held.address === address);
}

function isOnLink({ address, prefixLength }: Held, other: string): boolean {
  const subnet = address.startsWith("127.") ? undefined : subnetOf(`${address}/${prefixLength}`);
  return subnet !== undefined && overlap(subnet, `${other}/32`);
}

/** The MAC address of a neighbour in the kernel's table; undefined when it has none. */
function neighbourIn(answer: Answer | undefined, address: string): string | undefined {
  if (answer === undefined || "unavailable" in answer || answer.status !== 0) return undefined;
  return Neighbours.parse(JSON.parse(answer.stdout || "[]")).find(({ dst }) => dst === address)?.lladdr;
}
