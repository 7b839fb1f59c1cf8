/**
 * Destinations that were changed on their way (NAT, RFC 2663): another node may then have answered than the one that was
 * asked. Read from the kernel's table of connections (/proc/net/nf_conntrack), one of each network namespace.
 */
import type { Answer } from "../reach/asking.ts";

const TABLE = "/proc/net/nf_conntrack";

/** The command that tells the connections whose answers come from another address: asked once for all that were sent. */
export const TRANSLATED = ["sh", "-c", `grep -v ' dst=\\([^ ]*\\) .* src=\\1 ' ${TABLE} 2>/dev/null || true`];

/** The command that tells all connections to an address. */
export function connectionsTo(address: string): string[] {
  return ["sh", "-c", `grep -F -- " dst=$1 " ${TABLE} 2>/dev/null || true`, "connections", address];
}

/** Packets whose connection is looked for. */
export interface Sent {
  protocol: "icmp" | "tcp";
  /** The addresses that they may come from. */
  sources: readonly string[];
  destination: string;
  /** Of TCP. */
  port?: number;
}

/** Seconds until the kernel forgets a connection that rests (Documentation/networking/nf_conntrack-sysctl.rst). */
const LIFETIMES: Readonly<Record<string, number>> = {
  icmp: 30,
  SYN_SENT: 120,
  SYN_RECV: 60,
  ESTABLISHED: 432_000,
  FIN_WAIT: 120,
  CLOSE_WAIT: 60,
  LAST_ACK: 30,
  TIME_WAIT: 120,
  CLOSE: 10,
};

/**
 * Who answers packets, by the latest of their connections: the address that the kernel has put in the place of their
 * destination, or the destination itself. Undefined where no connection is known.
 */
export function answererOf(
  { protocol, sources, destination, port }: Sent,
  answer: Answer | undefined,
): string | undefined {
  if (answer === undefined || "unavailable" in answer) return undefined;
  const [latest] = [...answer.stdout.matchAll(LINE)]
    .map(({ groups = {} }) => groups)
    .filter(
      (one) =>
        one["protocol"] === protocol &&
        one["destination"] === destination &&
        sources.includes(one["source"] ?? "") &&
        (port === undefined || one["port"] === String(port)),
    )
    .map(({ protocol = "", state, rest, answerer = "" }) => ({
      answerer,
      age: (LIFETIMES[state ?? protocol] ?? 0) - Number(rest),
    }))
    // Of two of the same second the one that led elsewhere counts.
    .sort((a, b) => a.age - b.age || Number(a.answerer === destination) - Number(b.answerer === destination));
  return latest?.answerer;
}

/** `ipv4 2 tcp 6 117 TIME_WAIT src=A dst=B sport=1 dport=2 src=C dst=D ...`; ICMP has type, code and id for the ports. */
const LINE =
  /^ipv4 +2 (?<protocol>\w+) +\d+ (?<rest>\d+) (?:(?<state>[A-Z_]+) )?src=(?<source>\S+) dst=(?<destination>\S+) (?:sport=\d+ dport=(?<port>\d+) )?.*?src=(?<answerer>\S+) /gm;
