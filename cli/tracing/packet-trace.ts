import type { Packet } from "./packet.ts";

/** The way of one packet through a lab, as `vethlab trace --json` writes it. */
export interface PacketTrace {
  version: 1;
  stack: string;
  lab: string;
  /** The sending node. */
  from: string;
  /** The destination; `node` when the address is the address of a node. */
  to: { node?: string; address: string; port?: number };
  /** A ping (ICMP echo), or the opening of a TCP connection. */
  probe: "ping" | "tcp";
  /** The command that sent the packet. */
  command: string;
  /** The hops of the packet, in order. */
  hops: Hop[];
  outcome: Outcome;
  /** The answer at the sender. */
  answer: Answer;
  /** The watched network namespaces, by their nodes. */
  watched: string[];
  /** Limits of this trace. */
  notes: string[];
  seconds: number;
}

interface At {
  /** The network namespace of the hop, by its node or container. */
  at: string;
}

/** The packet at an interface. */
export interface InterfaceHop extends At {
  kind: "interface";
  direction: "in" | "out";
  interface: string;
  addresses: string[];
  mac?: string;
  /** The other end of a veth. */
  peer?: { at: string; interface: string };
  /** The bridge of which the interface is a port. */
  bridge?: string;
  /** The network of the lab to which the bridge belongs. */
  network?: string;
  packet: Packet;
  /** Time since the first hop. */
  microseconds: number;
}

/** The chosen route, from `ip route get` with the addresses of the packet. */
export interface RouteHop extends At {
  kind: "route";
  destination: string;
  /** `local`: the destination is this namespace. */
  type?: string;
  via?: string;
  interface?: string;
  source?: string;
  /** Why there is no route. */
  error?: string;
}

/** A bridge forwarded the frame from port to port, without routing. */
export interface BridgeHop extends At {
  kind: "bridge";
  bridge: string;
  network?: string;
  from: string;
  /** Absent: the frame did not leave the bridge. */
  to?: string;
  /** Whether bridged packets are shown to iptables here (bridge-nf-call-iptables). */
  passesIptables: boolean;
}

/** A rule of iptables matched. */
export interface RuleHop extends At {
  kind: "rule";
  table: string;
  chain: string;
  /** Number in `iptables -L --line-numbers`; absent for a rule that was gone when the rules were listed. */
  number?: number;
  rule: string;
  /** The verdict of the rule: ACCEPT, DROP, RETURN, CONTINUE, JUMP:CHAIN. */
  verdict: string;
  /** The counter of the rule before and after the packet. */
  packetsBefore?: number;
  packetsAfter?: number;
}

/** No rule decided, but the policy of the chain. */
export interface PolicyHop extends At {
  kind: "policy";
  table: string;
  chain: string;
  verdict: string;
}

/** Address translation: an address of the packet was changed. */
export interface TranslationHop extends At {
  kind: "translation";
  what: "source" | "destination";
  before: string;
  after: string;
  /** The translating rule. */
  by?: Pick<RuleHop, "table" | "chain" | "number" | "rule">;
}

export type Hop = InterfaceHop | RouteHop | BridgeHop | RuleHop | PolicyHop | TranslationHop;

/** The end of the packet's way. */
export type Outcome =
  /** `listener`: the program that listens on the port there. */
  | { result: "arrived"; at: string; packet: Packet; listener?: string }
  /** `by`: a rule, or the policy of a chain. */
  | { result: "dropped"; at: string; by: RuleHop | PolicyHop }
  /** Not seen any further, and not dropped by iptables. `why`: the reason, from the kernel's tables. */
  | { result: "lost"; at: string; why: string };

export interface Answer {
  received: boolean;
  /** `reply`, `connection open`, `refused`, or the message of the command. */
  text: string;
  /** The last interface at which a lost answer was seen. */
  lastSeen?: { at: string; interface: string; direction: "in" | "out" };
}
