import type { Link } from "../../checks/links.ts";
import type { TraceEvent } from "./kernel-trace.ts";
import type { Sighting } from "./pcap.ts";
import type { Ruleset } from "./ruleset.ts";

/** A network namespace as it was seen while a packet was sent. */
export interface ObservedNamespace {
  /** The node or container of the namespace. */
  name: string;
  /** The lab host; undefined for a box beside the lab hosts. */
  host: string | undefined;
  links: readonly Link[];
  /** Bridge -> its network. */
  networks: ReadonlyMap<string, string>;
  /** Whether bridged packets are shown to iptables. */
  bridgePassesIptables: boolean;
  before: Ruleset;
  after: Ruleset;
  /** The events of our packet, in order. */
  events: readonly TraceEvent[];
  /** Our packet at the interfaces. */
  requests: readonly Sighting[];
  /** The answers to our packet at the interfaces. */
  answers: readonly Sighting[];
}

/** The route of a namespace for a packet, from `ip -json route get`. */
export interface RouteAnswer {
  /** The destination of the packet. */
  destination: string;
  type?: string;
  via?: string;
  interface?: string;
  source?: string;
  error?: string;
  /** Nobody answers ARP for the next hop. */
  noNeighbour?: string;
}

/** A packet whose route a namespace is asked for. */
export interface RouteQuestion {
  at: string;
  destination: string;
  /** Absent: the packet was sent here. */
  source?: string;
  incoming?: string;
}
