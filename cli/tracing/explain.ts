import type { Link } from "../../checks/links.ts";
import type { TraceEvent } from "./kernel-trace.ts";
import type { ObservedNamespace, RouteAnswer, RouteQuestion } from "./observations.ts";
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
import { bridgedFrom, packetsOf, stageOf, type Passage } from "./passages.ts";

/** The packet for which the namespace of a passage is to be asked its route; undefined where none was chosen. */
export function routeQuestionOf(passage: Passage): RouteQuestion | undefined {
  const { namespace, origin, ins, events } = passage;
  if (bridgedFrom(passage) !== undefined) return undefined;
  const dropped = events.at(-1);
  if (!origin && dropped?.verdict === "DROP" && stageOf(dropped.hook) === 0) return undefined;
  const { first, afterRouting } = packetsOf(passage);
  if (first === undefined) return undefined;
  if (origin) return { at: namespace.name, destination: first.destination };
  const incoming = linkOf(namespace, ins.at(-1)?.interfaceIndex);
  // what comes in by lo was sent here, and had its route then
  if (incoming === undefined || incoming.ifname === "lo") return undefined;
  const destination = (afterRouting ?? first).destination;
  return { at: namespace.name, destination, source: first.source, incoming: incoming.ifname };
}

/** What the packet met, told in order. `routes` answers `routeQuestionOf` of each passage. */
export function hopsOf(
  passages: readonly Passage[],
  routes: ReadonlyMap<Passage, RouteAnswer>,
  namespaces: readonly ObservedNamespace[],
): Hop[] {
  const began = passages.flatMap(({ ins, outs }) => [...ins, ...outs]).at(0)?.time ?? 0n;
  return passages.flatMap((passage) => {
    const { namespace, origin, ins, outs, events } = passage;
    const seen = (sighting: Sighting): Hop => interfaceHop(namespace, sighting, namespaces, began);
    const rules = (stage: number): Hop[] =>
      events.filter(({ hook }) => stageOf(hook) === stage).map((event) => eventHop(namespace, event));
    const route = routeHops(passage, routes.get(passage));
    // a packet of one's own has its route before it meets the chain OUTPUT
    return [
      ...ins.map(seen),
      ...(origin ? route : []),
      ...rules(0),
      ...translations(passage, "destination"),
      ...(origin ? [] : route),
      ...rules(1),
      ...rules(2),
      ...translations(passage, "source"),
      ...outs.map(seen),
    ];
  });
}

/**
 * Where the packet's way ended, and how.
 *
 * @param watched whether the target's namespace was watched: then a packet that was not seen there has not arrived
 */
export function outcomeOf(
  passages: readonly Passage[],
  routes: ReadonlyMap<Passage, RouteAnswer>,
  { answered, target, watched }: { answered: boolean; target: string; watched: boolean },
): Outcome {
  for (const { namespace, events } of passages) {
    const last = events.at(-1);
    if (last?.verdict === "DROP")
      return { result: "dropped", at: namespace.name, by: eventHop(namespace, last) };
  }
  const passage = passages.at(-1);
  if (passage === undefined) return { result: "lost", at: target, why: "it was never sent" };
  const at = passage.namespace.name;
  const { first, afterRouting, last } = packetsOf(passage);
  const packet = afterRouting ?? first;
  if (passage.outs.length === 0 && packet !== undefined && holds(passage.namespace, packet.destination)) {
    return { result: "arrived", at, packet: packetOf(packet) };
  }
  // it ended where nobody watches, and yet it was answered
  if (answered && last !== undefined && !watched)
    return { result: "arrived", at: target, packet: packetOf(last) };
  const why = whyLost(passage, routes.get(passage));
  return { result: "lost", at, why: answered ? `${why}; somebody beyond the lab has answered` : why };
}

/** What came back, from what the sending command said and what was seen. */
export function answerOf(
  probe: "ping" | "tcp",
  { status, output }: { status: number; output: string },
  namespaces: readonly ObservedNamespace[],
): Answer {
  if (status === 0) return { received: true, text: probe === "ping" ? "reply" : "connection open" };
  if (/refused/i.test(output)) return { received: true, text: "refused" };
  const said = output
    .split("\n")
    .find((line) => /unreachable|prohibited|filtered|exceeded|No route|not permitted/i.test(line));
  const text = said?.trim() ?? "no answer within 1 s";
  const seen = namespaces.flatMap((namespace) =>
    namespace.answers.map((sighting) => ({ namespace, sighting })),
  );
  seen.sort((a, b) => Number(a.sighting.time - b.sighting.time));
  const last = seen.at(-1);
  if (last === undefined) return { received: false, text };
  const { interfaceIndex, direction } = last.sighting;
  const link = linkOf(last.namespace, interfaceIndex);
  const lastSeen = { at: last.namespace.name, interface: nameOf(link, interfaceIndex), direction };
  return { received: false, text, lastSeen };
}

function whyLost({ ins, outs, namespace, origin }: Passage, route: RouteAnswer | undefined): string {
  const out = outs.at(-1);
  if (out !== undefined) {
    return `it left by ${nameOf(linkOf(namespace, out.interfaceIndex), out.interfaceIndex)} and was not seen again in the lab`;
  }
  if (route?.error !== undefined) return `no route: ${route.error}`;
  if (route?.noNeighbour !== undefined) {
    return `nobody answers ARP for ${route.noNeighbour} on ${route.interface ?? "its interface"}`;
  }
  if (origin) return "it was not seen to leave";
  const incoming = ins.at(-1)?.interfaceIndex;
  return `it came in by ${nameOf(linkOf(namespace, incoming), incoming)}, and was neither delivered nor forwarded`;
}

function routeHops(passage: Passage, route: RouteAnswer | undefined): Hop[] {
  const { namespace, outs } = passage;
  const port = bridgedFrom(passage);
  if (port?.master !== undefined) {
    const out = linkOf(namespace, outs[0]?.interfaceIndex);
    const network = namespace.networks.get(port.master);
    return [
      {
        kind: "bridge",
        at: namespace.name,
        bridge: port.master,
        ...(network === undefined ? {} : { network }),
        from: port.ifname,
        ...(out === undefined ? {} : { to: out.ifname }),
        passesIptables: namespace.bridgePassesIptables,
      },
    ];
  }
  if (route === undefined) return [];
  const { destination, type, via, interface: name, source, error } = route;
  return [
    {
      kind: "route",
      at: namespace.name,
      destination,
      ...(type === undefined ? {} : { type }),
      ...(via === undefined ? {} : { via }),
      ...(name === undefined ? {} : { interface: name }),
      ...(source === undefined ? {} : { source }),
      ...(error === undefined ? {} : { error }),
    },
  ];
}

function eventHop({ name: at, before, after }: ObservedNamespace, event: TraceEvent): RuleHop | PolicyHop {
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

function translations(passage: Passage, what: "source" | "destination"): TranslationHop[] {
  const { first, afterRouting, last } = packetsOf(passage);
  const end = what === "destination" ? afterRouting : last;
  if (first === undefined || end === undefined) return [];
  const [before, after] = [first, end].map((packet) => partOf(packet, what));
  if (before === undefined || after === undefined || before === after) return [];
  const stage = what === "destination" ? 0 : 2;
  const targets = what === "destination" ? /-j (?:DNAT|REDIRECT)\b/ : /-j (?:SNAT|MASQUERADE)\b/;
  const by = passage.events
    .filter(({ hook, table }) => stageOf(hook) === stage && table === "nat")
    .map((event) => eventHop(passage.namespace, event))
    .findLast((hop) => hop.kind === "rule" && targets.test(hop.rule));
  const { name: at } = passage.namespace;
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
  namespace: ObservedNamespace,
  sighting: Sighting,
  namespaces: readonly ObservedNamespace[],
  began: bigint,
): InterfaceHop {
  const { interfaceIndex, direction, time } = sighting;
  const link = linkOf(namespace, interfaceIndex);
  const bridge = link?.master;
  const network = namespace.networks.get(bridge ?? link?.ifname ?? "");
  const peer = link === undefined ? undefined : peerOf(namespace, link, namespaces);
  return {
    kind: "interface",
    at: namespace.name,
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
  namespace: ObservedNamespace,
  link: Link,
  namespaces: readonly ObservedNamespace[],
): { at: string; interface: string } | undefined {
  if (link.linkinfo?.info_kind !== "veth") return undefined;
  if (link.link !== undefined) return { at: namespace.name, interface: link.link };
  for (const other of namespaces) {
    if (other === namespace || other.host !== namespace.host) continue;
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

function holds({ links }: ObservedNamespace, address: string): boolean {
  return (
    address.startsWith("127.") ||
    links.some((link) => addressesOf(link).some(({ local }) => local === address))
  );
}

function addressesOf(link: Link | undefined): NonNullable<Link["addr_info"]> {
  return link?.addr_info?.filter(({ local }) => local?.includes(".")) ?? [];
}

function linkOf({ links }: ObservedNamespace, index: number | undefined): Link | undefined {
  return links.find(({ ifindex }) => ifindex === index);
}

function nameOf(link: Link | undefined, index: number | undefined): string {
  return link?.ifname ?? (index === undefined ? "an interface" : `interface ${index}`);
}
