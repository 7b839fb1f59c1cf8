import type { Link } from "../../checks/links.ts";
import type { TraceEvent } from "./kernel-trace.ts";
import type { Observed, RouteAnswer, RouteQuestion } from "./observations.ts";
import { endpoint, type Packet } from "./packet.ts";
import type {
  Answer,
  Hop,
  InterfaceHop,
  Outcome,
  PolicyHop,
  RuleHop,
  TranslationHop,
} from "./packet-trace.ts";
import type { Sighting } from "./pcap.ts";
import { ruleOf } from "./ruleset.ts";
import { bridgedFrom, packetsOf, stageOf, type Visit } from "./visits.ts";

/** The packet for which a visit's namespace is to be asked its route; undefined where none was chosen. */
export function routeQuestionOf(visit: Visit): RouteQuestion | undefined {
  const { space, origin, ins, events } = visit;
  if (bridgedFrom(visit) !== undefined) return undefined;
  const dropped = events.at(-1);
  if (!origin && dropped?.verdict === "DROP" && stageOf(dropped.hook) === 0) return undefined;
  const { first, afterRouting } = packetsOf(visit);
  if (first === undefined) return undefined;
  if (origin) return { at: space.name, destination: first.destination };
  const incoming = linkOf(space, ins.at(-1)?.interfaceIndex);
  // what comes in by lo was sent here, and had its route then
  if (incoming === undefined || incoming.ifname === "lo") return undefined;
  const destination = (afterRouting ?? first).destination;
  return { at: space.name, destination, source: first.source, incoming: incoming.ifname };
}

/** What the packet met, told in order. `routes` answers `routeQuestionOf` of each visit. */
export function hopsOf(
  visits: readonly Visit[],
  routes: ReadonlyMap<Visit, RouteAnswer>,
  spaces: readonly Observed[],
): Hop[] {
  const began = visits.flatMap(({ ins, outs }) => [...ins, ...outs]).at(0)?.time ?? 0n;
  return visits.flatMap((visit) => {
    const { space, origin, ins, outs, events } = visit;
    const seen = (sighting: Sighting): Hop => interfaceHop(space, sighting, spaces, began);
    const rules = (stage: number): Hop[] =>
      events.filter(({ hook }) => stageOf(hook) === stage).map((event) => eventHop(space, event));
    const route = routeHops(visit, routes.get(visit));
    // a packet of one's own has its route before it meets the chain OUTPUT
    return [
      ...ins.map(seen),
      ...(origin ? route : []),
      ...rules(0),
      ...translations(visit, "destination"),
      ...(origin ? [] : route),
      ...rules(1),
      ...rules(2),
      ...translations(visit, "source"),
      ...outs.map(seen),
    ];
  });
}

/** Where the packet's way ended, and how. */
export function outcomeOf(
  visits: readonly Visit[],
  routes: ReadonlyMap<Visit, RouteAnswer>,
  { answered, target }: { answered: boolean; target: string },
): Outcome {
  for (const { space, events } of visits) {
    const last = events.at(-1);
    if (last?.verdict === "DROP") return { result: "dropped", at: space.name, by: eventHop(space, last) };
  }
  const visit = visits.at(-1);
  if (visit === undefined) return { result: "lost", at: target, why: "it was never sent" };
  const at = visit.space.name;
  const { first, afterRouting, last } = packetsOf(visit);
  const packet = afterRouting ?? first;
  if (visit.outs.length === 0 && packet !== undefined && holds(visit.space, packet.destination)) {
    return { result: "arrived", at, packet: packetOf(packet) };
  }
  // it ended where nobody watches, and yet it was answered
  if (answered && last !== undefined) return { result: "arrived", at: target, packet: packetOf(last) };
  return { result: "lost", at, why: whyLost(visit, routes.get(visit)) };
}

/** What came back, from what the sending command said and what was seen. */
export function answerOf(
  probe: "ping" | "tcp",
  { status, output }: { status: number; output: string },
  spaces: readonly Observed[],
): Answer {
  if (status === 0) return { received: true, text: probe === "ping" ? "reply" : "connection open" };
  if (/refused/i.test(output)) return { received: true, text: "refused" };
  const said = output
    .split("\n")
    .find((line) => /unreachable|prohibited|filtered|exceeded|No route|not permitted/i.test(line));
  const text = said?.trim() ?? "no answer within 1 s";
  const seen = spaces.flatMap((space) => space.answers.map((sighting) => ({ space, sighting })));
  seen.sort((a, b) => Number(a.sighting.time - b.sighting.time));
  const last = seen.at(-1);
  if (last === undefined) return { received: false, text };
  const { interfaceIndex, direction } = last.sighting;
  const link = linkOf(last.space, interfaceIndex);
  const lastSeen = { at: last.space.name, interface: nameOf(link, interfaceIndex), direction };
  return { received: false, text, lastSeen };
}

function whyLost({ ins, outs, space, origin }: Visit, route: RouteAnswer | undefined): string {
  const out = outs.at(-1);
  if (out !== undefined) {
    return `it left by ${nameOf(linkOf(space, out.interfaceIndex), out.interfaceIndex)} and was not seen again in the lab`;
  }
  if (route?.error !== undefined) return `no route: ${route.error}`;
  if (route?.noNeighbour !== undefined) {
    return `nobody answers ARP for ${route.noNeighbour} on ${route.interface ?? "its interface"}`;
  }
  if (origin) return "it was not seen to leave";
  const incoming = ins.at(-1)?.interfaceIndex;
  return `it came in by ${nameOf(linkOf(space, incoming), incoming)}, and was neither delivered nor forwarded`;
}

function routeHops(visit: Visit, route: RouteAnswer | undefined): Hop[] {
  const { space, outs } = visit;
  const port = bridgedFrom(visit);
  if (port?.master !== undefined) {
    const out = linkOf(space, outs[0]?.interfaceIndex);
    const network = space.networks.get(port.master);
    return [
      {
        kind: "bridge",
        at: space.name,
        bridge: port.master,
        ...(network === undefined ? {} : { network }),
        from: port.ifname,
        ...(out === undefined ? {} : { to: out.ifname }),
        passesIptables: space.bridgePassesIptables,
      },
    ];
  }
  if (route === undefined) return [];
  const { destination, type, via, interface: name, source, error } = route;
  return [
    {
      kind: "route",
      at: space.name,
      destination,
      ...(type === undefined ? {} : { type }),
      ...(via === undefined ? {} : { via }),
      ...(name === undefined ? {} : { interface: name }),
      ...(source === undefined ? {} : { source }),
      ...(error === undefined ? {} : { error }),
    },
  ];
}

function eventHop({ name: at, before, after }: Observed, event: TraceEvent): RuleHop | PolicyHop {
  const { table, chain, verdict } = event;
  if (event.kind === "policy") return { kind: "policy", at, table, chain, verdict };
  const rule = ruleOf(before, event);
  const later = ruleOf(after, event);
  return {
    kind: "rule",
    at,
    table,
    chain,
    ...(rule === undefined ? {} : { number: rule.number, packetsBefore: rule.packets }),
    rule: rule?.text ?? event.text,
    verdict,
    ...(later === undefined ? {} : { packetsAfter: later.packets }),
  };
}

function translations(visit: Visit, what: "source" | "destination"): TranslationHop[] {
  const { first, afterRouting, last } = packetsOf(visit);
  const end = what === "destination" ? afterRouting : last;
  if (first === undefined || end === undefined) return [];
  const [before, after] = [first, end].map((packet) => partOf(packet, what));
  if (before === undefined || after === undefined || before === after) return [];
  const stage = what === "destination" ? 0 : 2;
  const targets = what === "destination" ? /-j (?:DNAT|REDIRECT)\b/ : /-j (?:SNAT|MASQUERADE)\b/;
  const by = visit.events
    .filter(({ hook, table }) => stageOf(hook) === stage && table === "nat")
    .map((event) => eventHop(visit.space, event))
    .findLast((hop) => hop.kind === "rule" && targets.test(hop.rule));
  const { name: at } = visit.space;
  if (by?.kind !== "rule") return [{ kind: "translation", at, what, before, after }];
  const { table, chain, number, rule } = by;
  const doer = { table, chain, rule, ...(number === undefined ? {} : { number }) };
  return [{ kind: "translation", at, what, before, after, by: doer }];
}

function partOf(packet: Packet, what: "source" | "destination"): string {
  return what === "source"
    ? endpoint(packet.source, packet.sourcePort)
    : endpoint(packet.destination, packet.destinationPort);
}

function interfaceHop(
  space: Observed,
  sighting: Sighting,
  spaces: readonly Observed[],
  began: bigint,
): InterfaceHop {
  const { interfaceIndex, direction, time } = sighting;
  const link = linkOf(space, interfaceIndex);
  const bridge = link?.master;
  const network = space.networks.get(bridge ?? link?.ifname ?? "");
  const peer = link === undefined ? undefined : peerOf(space, link, spaces);
  return {
    kind: "interface",
    at: space.name,
    direction,
    interface: nameOf(link, interfaceIndex),
    addresses: addressesOf(link).map(({ local, prefixlen }) => `${local ?? ""}/${prefixlen ?? 32}`),
    ...(link?.address === undefined ? {} : { mac: link.address }),
    ...(peer === undefined ? {} : { peer }),
    ...(bridge === undefined ? {} : { bridge }),
    ...(network === undefined ? {} : { network }),
    packet: packetOf(sighting),
    microseconds: Number((time - began) / 1000n),
  };
}

/** The other end of a veth, where it is in one of the namespaces of the host: each host numbers its interfaces itself. */
function peerOf(
  space: Observed,
  link: Link,
  spaces: readonly Observed[],
): { at: string; interface: string } | undefined {
  if (link.linkinfo?.info_kind !== "veth") return undefined;
  if (link.link !== undefined) return { at: space.name, interface: link.link };
  for (const other of spaces) {
    if (other === space || other.host !== space.host) continue;
    const peer = other.links.find(
      ({ ifindex, link_index, linkinfo }) =>
        ifindex === link.link_index && link_index === link.ifindex && linkinfo?.info_kind === "veth",
    );
    if (peer !== undefined) return { at: other.name, interface: peer.ifname };
  }
  return undefined;
}

function packetOf({ source, destination, sourcePort, destinationPort, ttl }: Packet): Packet {
  return {
    source,
    destination,
    ttl,
    ...(sourcePort === undefined ? {} : { sourcePort }),
    ...(destinationPort === undefined ? {} : { destinationPort }),
  };
}

function holds({ links }: Observed, address: string): boolean {
  return (
    address.startsWith("127.") ||
    links.some((link) => addressesOf(link).some(({ local }) => local === address))
  );
}

function addressesOf(link: Link | undefined): NonNullable<Link["addr_info"]> {
  return link?.addr_info?.filter(({ local }) => local?.includes(".")) ?? [];
}

function linkOf({ links }: Observed, index: number | undefined): Link | undefined {
  return links.find(({ ifindex }) => ifindex === index);
}

function nameOf(link: Link | undefined, index: number | undefined): string {
  return link?.ifname ?? (index === undefined ? "an interface" : `interface ${index}`);
}
