import type { Link } from "../../checks/links.ts";
import type { ObservedNamespace } from "./observations.ts";
import type { TraceEvent } from "./kernel-trace.ts";
import type { Packet } from "./packet.ts";
import type { Sighting } from "./pcap.ts";
import type { Hook } from "./ruleset.ts";

/** The passage of the packet through one network namespace, in by some interfaces and out by others. */
export interface Passage {
  namespace: ObservedNamespace;
  /** Whether the packet was sent here. */
  origin: boolean;
  ins: Sighting[];
  outs: Sighting[];
  events: TraceEvent[];
}

/** The way of a packet: its passages through namespaces, from the sightings in each. The first is the sender's. */
export function passagesOf(namespaces: readonly ObservedNamespace[], origin: ObservedNamespace): Passage[] {
  const first: Passage = { namespace: origin, origin: true, ins: [], outs: [], events: [] };
  const passages = [first];
  const seen = namespaces.flatMap((namespace) =>
    namespace.requests
      .filter((one) => !isOverheard(one, namespace))
      .map((sighting) => ({ namespace, sighting })),
  );
  // A stable sort: sightings of the same time stay in the order of their capture.
  seen.sort((a, b) => Number(a.sighting.time - b.sighting.time));
  for (const { namespace, sighting } of seen) {
    let last = passages.at(-1) ?? first;
    const anew = sighting.direction === "in" && (last.origin || last.outs.length > 0);
    if (last.namespace !== namespace || anew) {
      last = { namespace, origin: false, ins: [], outs: [], events: [] };
      passages.push(last);
    }
    (sighting.direction === "in" ? last.ins : last.outs).push(sighting);
  }
  for (const namespace of namespaces) {
    const ofNamespace = passages.filter((passage) => passage.namespace === namespace);
    for (const [index, events] of eventsByPassage(namespace.events).entries()) {
      (ofNamespace[index] ?? ofNamespace.at(-1))?.events.push(...events);
    }
  }
  return passages;
}

/** While tcpdump captures on a bridge, the bridge itself sees the frames between its ports: no step of the way. */
function isOverheard(
  { direction, forAnother, interfaceIndex }: Sighting,
  { links }: ObservedNamespace,
): boolean {
  const link = links.find(({ ifindex }) => ifindex === interfaceIndex);
  return direction === "in" && forAnother && link?.linkinfo?.info_kind === "bridge";
}

/** 0: before routing, 1: after routing, 2: on the way out. */
export function stageOf(hook: Hook): 0 | 1 | 2 {
  if (hook === "PREROUTING" || hook === "OUTPUT") return 0;
  return hook === "POSTROUTING" ? 2 : 1;
}

/** The events of one namespace, split by the passages of the packet. */
export function eventsByPassage(events: readonly TraceEvent[]): TraceEvent[][] {
  const passages: TraceEvent[][] = [];
  let before: TraceEvent | undefined;
  for (const event of events) {
    const back = before !== undefined && stageOf(event.hook) < stageOf(before.hook);
    const other =
      before !== undefined && stageOf(event.hook) === stageOf(before.hook) && event.hook !== before.hook;
    if (before === undefined || back || other) passages.push([]);
    passages.at(-1)?.push(event);
    before = event;
  }
  return passages;
}

/** The bridge port by which a frame came in and was bridged; undefined for a frame that was routed. */
export function bridgedFrom({ origin, ins, namespace }: Passage): Link | undefined {
  const last = origin ? undefined : ins.at(-1);
  const link = namespace.links.find(({ ifindex }) => ifindex === last?.interfaceIndex);
  return link?.master === undefined ? undefined : link;
}

/** The packet at the end of each stage of a passage, as far as it was seen. */
export function packetsOf({ ins, outs, events }: Passage): {
  first?: Packet | undefined;
  afterRouting?: Packet | undefined;
  last?: Packet | undefined;
} {
  const at = (stage: number): Packet | undefined =>
    events.find(({ hook, packet }) => stageOf(hook) === stage && packet !== undefined)?.packet;
  const first = ins[0] ?? at(0) ?? at(1) ?? at(2) ?? outs[0];
  const last = outs.at(-1);
  return { first, afterRouting: at(1) ?? at(2) ?? last, last };
}
