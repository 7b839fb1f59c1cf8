import { z } from "zod";
import { readLinks } from "../../checks/links.ts";
import { commandLine } from "../../topology/shell.ts";
import type { Topology } from "../../topology/document.ts";
import { Failed } from "../exit.ts";
import { answerOf, hopsOf, outcomeOf, routeQuestionOf } from "./explain.ts";
import { firstIdentity, readTrace } from "./kernel-trace.ts";
import type { Observed, RouteAnswer, RouteQuestion } from "./observations.ts";
import type { PacketTrace } from "./packet-trace.ts";
import type { Destination } from "./parties.ts";
import { readPcap, type Sighting } from "./pcap.ts";
import { pingPacket, type ProbePacket, sendingCommand, tcpPacket } from "./probe.ts";
import { existingChains, readRuleset, tracingPoints } from "./ruleset.ts";
import { collectScript, lookScript, sendScript, type Watched, watchScript } from "./scripts.ts";
import { type Side, sidesOf } from "./side.ts";
import type { Space } from "./spaces.ts";
import { type Visit, visitsOf } from "./visits.ts";

/** Texts that were read in one namespace: its links, rules before and after, the kernel's trace, the capture. */
interface Texts {
  links: string;
  bridge: string;
  before: string;
  after: string;
  trace: string;
  pcap: string;
}

interface Spot {
  side: Side;
  space: Space;
  points: Watched["points"];
  texts: Texts;
}

/**
 * Sends one packet and tells its way. `onStarted` is given what takes everything out again, for a run that is
 * interrupted; a run that ends has called it.
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
  const wanted = [from, ...(to.node === undefined ? [] : [to.node])];
  const sides = sidesOf(topology, wanted, env);
  const spots: Spot[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= Promise.all(sides.map((side) => side.clean(on(side, spots), packet))).then(() => undefined);
    return stopping;
  };
  onStarted(stop);
  try {
    await Promise.all(sides.map((side) => side.survey(topology, wanted)));
    spots.push(...(await Promise.all(sides.map(look))).flat());
    const origin = spots.find(({ space }) => space.nodes.includes(from));
    if (origin === undefined) throw new Failed(`${from} is not running.`);
    await Promise.all(sides.map((side) => watch(side, on(side, spots), packet)));
    const sent = (await origin.side.run(sendScript(origin.space, packet), ["sent"])).get("sent");
    await Promise.all(sides.map((side) => collect(side, on(side, spots))));
    stopping = Promise.resolve();

    const observed = observe(spots, origin, packet, topology);
    const spaces = [...observed.values()];
    const visits = visitsOf(spaces, observed.get(origin) ?? raise());
    const routes = new Map<Visit, RouteAnswer>();
    for (const visit of visits) {
      // a packet that was not even seen to leave is still asked its route: that tells why
      const question =
        routeQuestionOf(visit) ?? (visit.origin ? { at: from, destination: to.address } : undefined);
      const spot = spots.find((one) => observed.get(one) === visit.space);
      if (question !== undefined && spot !== undefined) routes.set(visit, await askRoute(spot, question));
    }
    const output = sent?.stdout ?? "";
    const answer = answerOf(packet.kind, { status: sent?.status ?? 1, output }, spaces);
    const outcome = outcomeOf(visits, routes, { answered: answer.received, target: to.node ?? to.address });
    if (outcome.result === "arrived") {
      const spot = spots.find(({ space }) => space.name === outcome.at);
      const listener = await askListener(spot, outcome.packet.destinationPort);
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
      hops: hopsOf(visits, routes, spaces),
      outcome,
      answer,
      watched: spaces.map(({ name }) => name),
      notes: notesOn(visits, sides, topology.stack),
      seconds: Math.round(performance.now() - began) / 1000,
    };
  } finally {
    await stop();
    for (const side of sides) side.close();
  }
}

function on(side: Side, spots: readonly Spot[]): Spot[] {
  return spots.filter((spot) => spot.side === side);
}

async function look(side: Side): Promise<Spot[]> {
  const { spaces } = side;
  const frames = spaces.flatMap(({ key }) => [`links.${key}`, `saved.${key}`, `bridge.${key}`]);
  const looked = await side.run(lookScript(spaces), frames);
  const text = (frame: string): string => looked.get(frame)?.stdout ?? "";
  return spaces.map((space) => ({
    side,
    space,
    points: tracingPoints(existingChains(text(`saved.${space.key}`))),
    texts: {
      links: text(`links.${space.key}`),
      bridge: text(`bridge.${space.key}`),
      before: "",
      after: "",
      trace: "",
      pcap: "",
    },
  }));
}

async function watch(side: Side, spots: readonly Spot[], packet: ProbePacket): Promise<void> {
  const frames = await side.run(watchScript(spots, packet), ["ready"]);
  const refused = frames.get("refused")?.stdout;
  if (refused !== undefined) throw new Failed(`iptables refuses the rule for tracing: ${refused.trim()}`);
  for (const { space, texts } of spots) texts.before = frames.get(`before.${space.key}`)?.stdout ?? "";
}

async function collect(side: Side, spots: readonly Spot[]): Promise<void> {
  const frames = await side.run(collectScript(spots), ["cleaned"]);
  for (const { space, texts } of spots) {
    texts.after = frames.get(`after.${space.key}`)?.stdout ?? "";
    texts.trace = frames.get(`trace.${space.key}`)?.stdout ?? "";
    texts.pcap = frames.get(`pcap.${space.key}`)?.stdout ?? "";
  }
}

/** Keeps what is of our packet, and reads it. */
function observe(
  spots: readonly Spot[],
  origin: Spot,
  packet: ProbePacket,
  topology: Topology,
): Map<Spot, Observed> {
  const captured = new Map(spots.map((spot) => [spot, readPcap(Buffer.from(spot.texts.pcap, "base64"))]));
  const ours: Sighting | undefined = packet.find(captured.get(origin) ?? []);
  // one that did not leave has only been seen by the rules there
  const identity = ours ?? firstIdentity(origin.texts.trace);
  return new Map(
    spots.map((spot) => {
      const { space, side, texts } = spot;
      const sightings = captured.get(spot) ?? [];
      const events = identity === undefined ? [] : readTrace(texts.trace, identity);
      const met = events.filter((event) => event.kind === "rule");
      return [
        spot,
        {
          name: space.name,
          host: side.host,
          links: readLinks(texts.links),
          networks: labNetworks(side, topology),
          bridgePassesIptables: texts.bridge.trim() === "1",
          before: readRuleset(texts.before, met),
          after: readRuleset(texts.after, met),
          events,
          requests: ours === undefined ? [] : sightings.filter((one) => packet.isRequest(one, ours)),
          answers: ours === undefined ? [] : sightings.filter((one) => packet.isAnswer(one, ours)),
        },
      ];
    }),
  );
}

/** Bridge -> network; a bridge of the lab's own is called by its name. */
function labNetworks(side: Side, topology: Topology): Map<string, string> {
  const own = topology.networks
    .filter(({ host }) => host === side.host)
    .map(({ name }) => [name, name] as const);
  return new Map([...own, ...side.networks]);
}

const Route = z.object({
  type: z.string().optional(),
  gateway: z.string().optional(),
  dev: z.string().optional(),
  prefsrc: z.string().optional(),
});
const Neighbour = z.object({ dev: z.string(), state: z.array(z.string()) });

async function askRoute({ side, space }: Spot, question: RouteQuestion): Promise<RouteAnswer> {
  const { destination, source, incoming } = question;
  const from = source === undefined ? [] : ["from", source];
  const by = incoming === undefined ? [] : ["iif", incoming];
  const asking = commandLine(["ip", "-json", "route", "get", destination, ...from, ...by]);
  const answered = await side.run(
    [
      `found=$(${space.enter} ${asking} 2>&1); emit route $? "$found"`,
      `emit neighbours 0 "$(${space.enter} ip -json neighbour show)"`,
      "",
    ].join("\n"),
    ["route", "neighbours"],
  );
  const route = answered.get("route");
  const said = route?.stdout ?? "";
  const json = said.split("\n").find((line) => line.startsWith("["));
  if (route?.status !== 0 || json === undefined) {
    return { destination, error: said.replace(/^.*RTNETLINK answers: /, "").trim() };
  }
  const [{ type, gateway, dev, prefsrc } = {}] = z.array(Route).parse(JSON.parse(json));
  const next = gateway ?? destination;
  const neighbours = z
    .array(Neighbour.extend({ dst: z.string() }))
    .parse(JSON.parse(answered.get("neighbours")?.stdout || "[]"));
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

/** The program that listens on a port: not always the one that one thinks of. */
async function askListener(spot: Spot | undefined, port: number | undefined): Promise<string | undefined> {
  if (spot === undefined || port === undefined) return undefined;
  const { side, space } = spot;
  const script = `emit listener 0 "$(${space.enter} ss -Hltnp 'sport = :${port}')"\n`;
  const said = (await side.run(script, ["listener"])).get("listener")?.stdout ?? "";
  return /users:\(\("([^"]+)"/.exec(said)?.[1];
}

function notesOn(visits: readonly Visit[], sides: readonly Side[], stack: string): string[] {
  const beside = sides.filter(({ host }) => host === undefined).flatMap(({ spaces }) => spaces);
  const outer = visits.find(({ space }) => beside.some(({ name }) => name === space.name));
  const [here, there] = visits.filter(({ space }) =>
    space.links.some(({ linkinfo }) => linkinfo?.info_kind === "vxlan"),
  );
  const [host] = sides.flatMap((side) => side.host ?? []);
  return [
    ...(outer === undefined
      ? []
      : [
          `Between ${outer.space.name} and the lab host is the underlay, a bridge of this machine: not looked into.`,
        ]),
    ...(here === undefined || there === undefined
      ? []
      : [
          `Between ${here.space.name} and ${there.space.name} it travels wrapped in another packet, VXLAN: not followed there.`,
          `See those packets: npx vethlab capture ${stack} ${host ?? ""} --filter 'udp port 4789'`,
        ]),
  ];
}

function raise(): never {
  throw new Error("the sender was not observed");
}
