import type { Packet } from "./packet.ts";

/** The way of one packet through a lab: what `vethlab trace --json` writes. */
export interface PacketTrace {
  version: 1;
  stack: string;
  lab: string;
  /** The node that sent. */
  from: string;
  /** Whom it sent to, and whose address that is where it is a node's. */
  to: { node?: string; address: string; port?: number };
  /** A ping (ICMP echo), or the opening of a TCP connection. */
  probe: "ping" | "tcp";
  /** The command that sent the packet. */
  command: string;
  /** What the packet met, in this order. */
  hops: Hop[];
  outcome: Outcome;
  /** What came back to the sender. */
  answer: Answer;
  /** Network namespaces that were watched, by the nodes that are in them. */
  watched: string[];
  /** What limits what is said here. */
  notes: string[];
  seconds: number;
}

interface At {
  /** The network namespace of the hop, by its node or container. */
  at: string;
}

/** The packet was seen at an interface. */
export interface InterfaceHop extends At {
  kind: "interface";
  direction: "in" | "out";
  interface: string;
  addresses: string[];
  mac?: string;
  /** The other end of a veth. */
  peer?: { at: string; interface: string };
  /** The bridge that the interface is a port of. */
  bridge?: string;
  /** The lab's network whose bridge this is, or is a port of. */
  network?: string;
  packet: Packet;
  /** Since the packet was first seen. */
  microseconds: number;
}

/** The route that was chosen, as `ip route get` answers for this very packet. */
export interface RouteHop extends At {
  kind: "route";
  destination: string;
  /** `local`: for this namespace itself. */
  type?: string;
  via?: string;
  interface?: string;
  source?: string;
  /** Why there is none. */
  error?: string;
}

/** A bridge handed the frame from port to port, without routing. */
export interface BridgeHop extends At {
  kind: "bridge";
  bridge: string;
  network?: string;
  from: string;
  /** Absent: it did not come so far. */
  to?: string;
  /** Whether bridged packets are shown to iptables here (bridge-nf-call-iptables). */
  passesIptables: boolean;
}

/** A rule of iptables matched. */
export interface RuleHop extends At {
  kind: "rule";
  table: string;
  chain: string;
  /** As `iptables -L --line-numbers` numbers it; absent where the rule was gone when it was looked up. */
  number?: number;
  rule: string;
  /** What the rule decided: ACCEPT, DROP, RETURN, CONTINUE, JUMP:CHAIN. */
  verdict: string;
  /** The rule's counter before and after the packet. */
  packetsBefore?: number;
  packetsAfter?: number;
}

/** No rule decided: the chain's policy did. */
export interface PolicyHop extends At {
  kind: "policy";
  table: string;
  chain: string;
  verdict: string;
}

/** The packet's address was changed. */
export interface TranslationHop extends At {
  kind: "translation";
  what: "source" | "destination";
  before: string;
  after: string;
  /** The rule that did it. */
  by?: Pick<RuleHop, "table" | "chain" | "number" | "rule">;
}

export type Hop = InterfaceHop | RouteHop | BridgeHop | RuleHop | PolicyHop | TranslationHop;

/** Where the packet's way ended. */
export type Outcome =
  /** `listener`: the program that listens on the port there. */
  | { result: "arrived"; at: string; packet: Packet; listener?: string }
  /** By a rule, or by a chain's policy. */
  | { result: "dropped"; at: string; by: RuleHop | PolicyHop }
  /** Neither seen any further, nor dropped by iptables: `why` says what the kernel's tables tell. */
  | { result: "lost"; at: string; why: string };

export interface Answer {
  received: boolean;
  /** `reply`, `connection open`, `refused`, or what the command said. */
  text: string;
  /** Where an answer that did not come back was last seen. */
  lastSeen?: { at: string; interface: string; direction: "in" | "out" };
}
