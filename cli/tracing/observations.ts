import type { Link } from "../../checks/links.ts";
import type { TraceEvent } from "./kernel-trace.ts";
import type { Sighting } from "./pcap.ts";
import type { Ruleset } from "./ruleset.ts";

/** What was seen in one network namespace while a packet was sent. */
export interface ObservedNamespace {
  /** The node, or container, whose namespace it is. */
  name: string;
  /** The lab host that it is on; undefined for a box beside the hosts. */
  host: string | undefined;
  links: readonly Link[];
  /** Bridge -> the lab's network that it is the bridge of. */
  networks: ReadonlyMap<string, string>;
  /** Whether bridged packets are shown to iptables. */
  bridgePassesIptables: boolean;
  before: Ruleset;
  after: Ruleset;
  /** Of our packet, in order. */
  events: readonly TraceEvent[];
  /** Of our packet. */
  requests: readonly Sighting[];
  /** Of what answers it. */
  answers: readonly Sighting[];
}

/** The route that a namespace has for a packet, as `ip -json route get` answers. */
export interface RouteAnswer {
  /** What was asked for. */
  destination: string;
  type?: string;
  via?: string;
  interface?: string;
  source?: string;
  error?: string;
  /** Nobody answers ARP for the next hop. */
  noNeighbour?: string;
}

/** A packet for which a namespace is asked its route. */
export interface RouteQuestion {
  at: string;
  destination: string;
  /** Absent: the packet is the namespace's own. */
  source?: string;
  incoming?: string;
}
