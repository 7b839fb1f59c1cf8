import type { Link } from "../../checks/links.ts";
import type { Observed } from "./observations.ts";
import type { TraceEvent } from "./kernel-trace.ts";
import type { Packet } from "./packet.ts";
import type { Sighting } from "./pcap.ts";
import type { Hook } from "./ruleset.ts";

/** One stay of the packet in a network namespace: it comes in at some interfaces, and leaves at others. */
export interface Visit {
  space: Observed;
  /** Whether the packet was made here. */
  origin: boolean;
  ins: Sighting[];
  outs: Sighting[];
  events: TraceEvent[];
}

/** The way of a packet as stays in namespaces, from what was seen in each. The first is where it was sent. */
export function visitsOf(spaces: readonly Observed[], origin: Observed): Visit[] {
  const first: Visit = { space: origin, origin: true, ins: [], outs: [], events: [] };
  const visits = [first];
  const seen = spaces.flatMap((space) =>
    space.requests.filter((one) => !isOverheard(one, space)).map((sighting) => ({ space, sighting })),
  );
  // stable: what has the same time is in the order in which it was captured
  seen.sort((a, b) => Number(a.sighting.time - b.sighting.time));
  for (const { space, sighting } of seen) {
    let visit = visits.at(-1) ?? first;
    if (visit.space !== space || (sighting.direction === "in" && (visit.origin || visit.outs.length > 0))) {
      visit = { space, origin: false, ins: [], outs: [], events: [] };
      visits.push(visit);
    }
    (sighting.direction === "in" ? visit.ins : visit.outs).push(sighting);
  }
  for (const space of spaces) {
    const stays = visits.filter((visit) => visit.space === space);
    for (const [index, events] of passages(space.events).entries()) {
      (stays[index] ?? stays.at(-1))?.events.push(...events);
    }
  }
  return visits;
}

/** A bridge hears what it hands from port to port when somebody captures on it: that is no step of the packet's way. */
function isOverheard({ direction, forAnother, interfaceIndex }: Sighting, { links }: Observed): boolean {
  const link = links.find(({ ifindex }) => ifindex === interfaceIndex);
  return direction === "in" && forAnother && link?.linkinfo?.info_kind === "bridge";
}

/** 0: before the route is chosen, 1: after it, 2: on the way out. */
export function stageOf(hook: Hook): 0 | 1 | 2 {
  if (hook === "PREROUTING" || hook === "OUTPUT") return 0;
  return hook === "POSTROUTING" ? 2 : 1;
}

/** Events of one namespace, apart for each time that the packet passed through it. */
export function passages(events: readonly TraceEvent[]): TraceEvent[][] {
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

/** The port of a bridge at which a frame came in that was not handed up to the bridge's own namespace, to be routed. */
export function bridgedFrom({ origin, ins, space }: Visit): Link | undefined {
  const last = origin ? undefined : ins.at(-1);
  const link = space.links.find(({ ifindex }) => ifindex === last?.interfaceIndex);
  return link?.master === undefined ? undefined : link;
}

/** The packet as it was at the end of each stage of a visit, as far as it was seen. */
export function packetsOf({ ins, outs, events }: Visit): {
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
