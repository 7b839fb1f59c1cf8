/** Whether another node might have given an answer, or might give the next: what is asked once an answer has come. */
import { z } from "zod";
import type { Answer } from "../reach/asking.ts";
import { overlap, subnetOf } from "../topology/addresses.ts";
import { type DirectProbe, isDirect, type Probe } from "../topology/claims/index.ts";
import type { Topology } from "../topology/document.ts";
import type { Check } from "./check.ts";
import { type Held, hostNameOf, shareNamespace, tellsTables } from "./holders.ts";
import { type HoldingOf, isHost, isReachedAt, responderOf } from "./identity.ts";
import type { Observation } from "./observation.ts";
import { addressesCommand, addressesIn } from "./probes/dns.ts";
import { interfacesOf } from "./targets.ts";
import { answererOf, connectionsTo, type Sent, TRANSLATED } from "./translations.ts";

/** What is read of `ip -json neigh`. */
const Neighbours = z.array(z.object({ dst: z.string(), lladdr: z.string().optional() }));

/** The command that tells the neighbours of a node: asked once for all that it was sent to. */
export const NEIGHBOURS = ["ip", "-json", "neigh"];

/**
 * What is asked when an answer has come: whether another node might have given it, or might give the next. Undefined
 * where nothing is to be asked.
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
    ...translationDoubts(topology, probe, observation, holdingOf),
    backDoubt(topology, probe, observation, holdingOf),
  ].filter((doubt) => doubt !== undefined);
  return doubts.length === 0 ? undefined : checkOf(doubts, observation);
}

/** A command, and why what it prints lets an answer be doubted. */
interface Doubt {
  at: string;
  command: readonly string[];
  read: (answer: Answer | undefined) => string | undefined;
  /** What decides once there is doubt. Default: nothing more is asked. */
  decides?: Doubt;
}

function checkOf(doubts: readonly Doubt[], observation: Observation): Check {
  const open = (answers: readonly Answer[]) =>
    doubts.flatMap(({ read, decides }, index) => {
      const observed = read(answers[index]);
      return observed === undefined ? [] : { observed, decides };
    });
  return {
    questions: doubts.map(({ at, command }) => ({ at, command })),
    judge(answers) {
      const [first] = open(answers);
      return { holds: first === undefined, observed: first?.observed ?? observation.text, observation };
    },
    next(answers) {
      const further = open(answers).map(({ decides }) => decides);
      const known = further.filter((doubt) => doubt !== undefined);
      return known.length > 0 && known.length === further.length ? checkOf(known, observation) : undefined;
    },
  };
}

/** Two nodes of one link may have the same address. Not asked where the answer came through a router. */
function neighbourDoubt(
  topology: Topology,
  probe: Probe,
  observation: Observation,
  holdingOf: HoldingOf,
): Doubt | undefined {
  const { from } = probe;
  const responder = responderOf(topology, probe, observation);
  if (responder === undefined || !tellsTables(topology, from)) return undefined;
  const { node, address } = responder;
  const [own, theirs] = [holdingOf(from), holdingOf(node)];
  if (typeof own !== "object" || typeof theirs !== "object") return undefined;
  if (shareNamespace(topology, from, node) || !own.some((held) => isOnLink(held, address))) return undefined;
  const macs = theirs.flatMap((held) => (held.address === address ? (held.mac ?? []) : []));
  return {
    at: from,
    command: NEIGHBOURS,
    read(answer) {
      const mac = neighbourIn(answer, address);
      return mac === undefined || macs.includes(mac)
        ? undefined
        : `${address} is answered by ${mac}, and ${node} has ${macs.join(", ")}`;
    },
  };
}

/** A name may lead to several addresses, of which one was tried. */
function nameDoubt(probe: Probe, holdingOf: HoldingOf): Doubt | undefined {
  if (!isDirect(probe) || probe.to.by !== "node-name") return undefined;
  const { node } = probe.to;
  const holding = holdingOf(node);
  if (typeof holding !== "object") return undefined;
  return {
    at: probe.from,
    command: addressesCommand(node),
    read(answer) {
      const found = answer === undefined || "unavailable" in answer ? [] : addressesIn(answer.stdout);
      const other = found.find((address) => !isReachedAt(holding, address));
      return other === undefined ? undefined : `the name leads to ${other} too, which ${node} does not have`;
    },
  };
}

/** A rule on the way may lead the packets to another node. Where a port of a host leads is not the host's to answer. */
function translationDoubts(
  topology: Topology,
  probe: Probe,
  observation: Observation,
  holdingOf: HoldingOf,
): Doubt[] {
  const responder = responderOf(topology, probe, observation);
  if (responder === undefined || !isDirect(probe)) return [];
  const { node, address } = responder;
  if (probe.kind !== "ping" && isHost(topology, node)) return [];
  const sent = sentTo(topology, probe, address, holdingOf);
  const places = [probe.from, hostNameOf(topology, probe.from), hostNameOf(topology, node)];
  return [...new Set(places)]
    .filter((place) => tellsTables(topology, place))
    .map((at) => {
      const read = (answer: Answer | undefined) => {
        const answerer = answererOf(sent, answer);
        return answerer === undefined || answerer === address || isReachedAt(holdingOf(node), answerer)
          ? undefined
          : `${at} leads what is for ${address} to ${answerer}, which ${node} does not have`;
      };
      return { at, command: TRANSLATED, read, decides: { at, command: connectionsTo(address), read } };
    });
}

/** Behind a port of a host: a server that does not say who it is must be the one that the host leads the packets to. */
function backDoubt(
  topology: Topology,
  probe: Probe,
  { speaker, responder: reached }: Observation,
  holdingOf: HoldingOf,
): Doubt | undefined {
  if (probe.kind !== "http" || probe.by === undefined || speaker !== undefined) return undefined;
  const { by } = probe;
  const address = reached ?? "";
  const at = hostNameOf(topology, by);
  return {
    at,
    command: connectionsTo(address),
    read(answer) {
      const answerer = answererOf(sentTo(topology, probe, address, holdingOf), answer);
      if (answerer !== undefined && isReachedAt(holdingOf(by), answerer)) return undefined;
      return answerer === undefined || answerer === address
        ? `nothing shows that ${by} has answered`
        : `${at} leads what is for ${address} to ${answerer}, which ${by} does not have`;
    },
  };
}

/** What a probe has sent. On its way out of a host it may have got the host's address. */
function sentTo(topology: Topology, probe: DirectProbe, destination: string, holdingOf: HoldingOf): Sent {
  const own = holdingOf(probe.from);
  const sources = [
    ...(typeof own === "object" ? own : interfacesOf(topology, probe.from)),
    ...interfacesOf(topology, hostNameOf(topology, probe.from)),
  ].map(({ address }) => address);
  return probe.kind === "ping"
    ? { protocol: "icmp", sources, destination }
    : { protocol: "tcp", sources, destination, port: probe.port };
}

function isOnLink({ address, prefixLength }: Held, other: string): boolean {
  const subnet = address.startsWith("127.") ? undefined : subnetOf(`${address}/${prefixLength}`);
  return subnet !== undefined && overlap(subnet, `${other}/32`);
}

/** The MAC address that a kernel has for a neighbour; undefined where it has none. */
function neighbourIn(answer: Answer | undefined, address: string): string | undefined {
  if (answer === undefined || "unavailable" in answer || answer.status !== 0) return undefined;
  return Neighbours.parse(JSON.parse(answer.stdout || "[]")).find(({ dst }) => dst === address)?.lladdr;
}
