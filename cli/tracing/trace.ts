import { z } from "zod";
import { readLinks } from "../../checks/links.ts";
import type { Ask } from "../../reach/asking.ts";
import { Transport } from "../../reach/transport.ts";
import type { Topology } from "../../topology/document.ts";
import { Failed } from "../exit.ts";
import type { Destination } from "./destination.ts";
import { answerOf, hopsOf, outcomeOf, routeQuestionOf } from "./explain.ts";
import { firstIdentity, readTrace } from "./kernel-trace.ts";
import { type Namespace, questionIn } from "./namespaces.ts";
import type { ObservedNamespace, RouteAnswer, RouteQuestion } from "./observations.ts";
import type { PacketTrace } from "./packet-trace.ts";
import { type Passage, passagesOf } from "./passages.ts";
import { readPcap, type Sighting } from "./pcap.ts";
import { pingPacket, type ProbePacket, sendingCommand, tcpPacket } from "./probe.ts";
import { readRuleset } from "./ruleset.ts";
import { readRules, reply, survey, type Surveyed, watchPlaces } from "./survey.ts";
import { type Recording, Watch } from "./watch.ts";

/** The readings in one namespace: rules before and after the packet, and the recording. */
interface Readings {
  before: string;
  after: string;
  recording: Recording;
}

/**
 * Sends one packet and tells its way.
 *
 * @param onStarted gets the function that takes everything out again, for an interrupted run; a run that ends has called it
 */
export async function tracePacket(
  topology: Topology,
  from: string,
  to: Destination,
  env: NodeJS.ProcessEnv,
  onStarted: (stop: () => Promise<void>) => void,
): Promise<PacketTrace> {
  const began = performance.now();
  const packet = to.port === undefined ? pingPacket(to.address) : tcpPacket(to.address, to.port);
  const ends = [from, ...(to.node === undefined ? [] : [to.node])];
  const places = [...watchPlaces(topology, ends)];
  const transport = new Transport(topology, env);
  const { ask } = transport;
  const watches: Watch[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(watches.map((watch) => watch.end()));
  };
  onStarted(stop);
  try {
    const groups = await Promise.all(places.map(([name, place]) => survey(ask, topology, name, place, ends)));
    const surveyed = groups.flat();
    const origin = surveyed.find(({ namespace }) => namespace.nodes.includes(from));
    if (origin === undefined) throw new Failed(`${from} is not running.`);

    for (const [index, [, place]] of places.entries()) {
      watches.push(new Watch(place, groups[index] ?? [], packet, env));
    }
    await Promise.all(watches.map((watch) => watch.ready()));
    const before = await readRules(ask, surveyed);
    const sent = await reply(ask, { at: from, command: packet.command });
    const after = await readRules(ask, surveyed);
    const recorded = await Promise.all(watches.map((watch) => watch.collect()));
    const readings = new Map<Surveyed, Readings>();
    for (const [index, recordingOf] of recorded.entries()) {
      for (const one of groups[index] ?? []) {
        const recording = recordingOf(one.namespace);
        readings.set(one, { before: before.get(one) ?? "", after: after.get(one) ?? "", recording });
      }
    }

    const observed = observe(readings, origin, packet, topology);
    const namespaces = [...observed.values()];
    const passages = passagesOf(namespaces, observed.get(origin) ?? raise());
    const routes = new Map<Passage, RouteAnswer>();
    for (const passage of passages) {
      // The route is asked even for a packet that was not seen to leave: it tells why.
      const question =
        routeQuestionOf(passage) ?? (passage.origin ? { at: from, destination: to.address } : undefined);
      const { namespace } = surveyed.find((one) => observed.get(one) === passage.namespace) ?? raise();
      if (question !== undefined) routes.set(passage, await askRoute(ask, namespace, question));
    }
    const output = `${sent.stdout}\n${sent.stderr}`;
    const answer = answerOf(packet.kind, { status: sent.status, output }, namespaces);
    const target = to.node ?? to.address;
    const watched = namespaces.some(({ name }) => name === target);
    const outcome = outcomeOf(passages, routes, { answered: answer.received, target, watched });
    if (outcome.result === "arrived") {
      const arrived = surveyed.find(({ namespace }) => namespace.name === outcome.at);
      const listener = await askListener(ask, arrived?.namespace, outcome.packet.destinationPort);
      if (listener !== undefined) outcome.listener = listener;
    }
    return {
      version: 1,
      stack: topology.stack,
      lab: topology.lab,
      from,
      to,
      probe: packet.kind,
      command: sendingCommand(packet),
      hops: hopsOf(passages, routes, namespaces),
      outcome,
      answer,
      watched: namespaces.map(({ name }) => name),
      notes: notesOn(passages, topology),
      seconds: Math.round(performance.now() - began) / 1000,
    };
  } finally {
    await stop();
    transport.close();
  }
}

/** Reads the events and sightings of our packet. */
function observe(
  readings: ReadonlyMap<Surveyed, Readings>,
  origin: Surveyed,
  packet: ProbePacket,
  topology: Topology,
): Map<Surveyed, ObservedNamespace> {
  const captured = new Map([...readings].map(([one, { recording }]) => [one, readPcap(recording.pcap)]));
  const ours: Sighting | undefined = packet.find(captured.get(origin) ?? []);
  // A packet that did not leave was seen by the rules only.
  const identity = ours ?? firstIdentity(readings.get(origin)?.recording.trace ?? "");
  return new Map(
    [...readings].map(([one, { before, after, recording }]) => {
      const { namespace, links, bridgePassesIptables, bridges } = one;
      const sightings = captured.get(one) ?? [];
      const events = identity === undefined ? [] : readTrace(recording.trace, identity);
      const met = events.filter((event) => event.kind === "rule");
      // A bridge that was made by hand has the name of its network.
      const own = topology.networks.filter(({ host }) => host === namespace.host);
      return [
        one,
        {
          name: namespace.name,
          host: namespace.host,
          links: readLinks(links),
          networks: new Map([...own.map(({ name }) => [name, name] as const), ...bridges]),
          bridgePassesIptables,
          before: readRuleset(before, met),
          after: readRuleset(after, met),
          events,
          requests: ours === undefined ? [] : sightings.filter((seen) => packet.isRequest(seen, ours)),
          answers: ours === undefined ? [] : sightings.filter((seen) => packet.isAnswer(seen, ours)),
        },
      ];
    }),
  );
}

const Route = z.object({
  type: z.string().optional(),
  gateway: z.string().optional(),
  dev: z.string().optional(),
  prefsrc: z.string().optional(),
});
const Neighbour = z.object({ dev: z.string(), state: z.array(z.string()) });

async function askRoute(ask: Ask, namespace: Namespace, question: RouteQuestion): Promise<RouteAnswer> {
  const { destination, source, incoming } = question;
  const from = source === undefined ? [] : ["from", source];
  const by = incoming === undefined ? [] : ["iif", incoming];
  const route = questionIn(namespace, ["ip", "-json", "route", "get", destination, ...from, ...by]);
  const [answered, listed] = await Promise.all([
    reply(ask, route),
    reply(ask, questionIn(namespace, ["ip", "-json", "neighbour", "show"])),
  ]);
  const said = `${answered.stdout}\n${answered.stderr}`;
  const json = said.split("\n").find((line) => line.startsWith("["));
  if (answered.status !== 0 || json === undefined) {
    return { destination, error: said.trim().replace(/^.*RTNETLINK answers: /, "") };
  }
  const [{ type, gateway, dev, prefsrc } = {}] = z.array(Route).parse(JSON.parse(json));
  const next = gateway ?? destination;
  const neighbours = z.array(Neighbour.extend({ dst: z.string() })).parse(JSON.parse(listed.stdout || "[]"));
  const failed = neighbours.some(
    (one) => one.dst === next && one.dev === dev && /FAILED|INCOMPLETE/.test(one.state.join()),
  );
  return {
    destination,
    ...(type === undefined ? {} : { type }),
    ...(gateway === undefined ? {} : { via: gateway }),
    ...(dev === undefined ? {} : { interface: dev }),
    ...(prefsrc === undefined ? {} : { source: prefsrc }),
    ...(failed ? { noNeighbour: next } : {}),
  };
}

/** The program that listens on a port: it is not always the expected one. */
async function askListener(
  ask: Ask,
  namespace: Namespace | undefined,
  port: number | undefined,
): Promise<string | undefined> {
  if (namespace === undefined || port === undefined) return undefined;
  const { stdout } = await reply(ask, questionIn(namespace, ["ss", "-Hltnp", `sport = :${port}`]));
  return /users:\(\("([^"]+)"/.exec(stdout)?.[1];
}

function notesOn(passages: readonly Passage[], { stack, hosts }: Topology): string[] {
  const beside = passages.find(({ namespace }) => namespace.host === undefined);
  const [here, there] = passages.filter(({ namespace }) =>
    namespace.links.some(({ linkinfo }) => linkinfo?.info_kind === "vxlan"),
  );
  const host = hosts.find(({ shell }) => shell !== undefined)?.name ?? "";
  return [
    ...(beside === undefined
      ? []
      : [
          `Between ${beside.namespace.name} and the lab host is the underlay, a bridge of this machine: not looked into.`,
        ]),
    ...(here === undefined || there === undefined
      ? []
      : [
          `Between ${here.namespace.name} and ${there.namespace.name} it travels wrapped in another packet, VXLAN: not followed there.`,
          `See those packets: npx vethlab capture ${stack} ${host} --filter 'udp port 4789'`,
        ]),
  ];
}

function raise(): never {
  throw new Error("the packet was observed in a namespace that was not surveyed");
}
