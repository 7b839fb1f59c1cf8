import type { Packet } from "./packet.ts";
import { HOOKS, type Hook, TRACE_COMMENT } from "./ruleset.ts";

/** One step of a packet through the tables, as the kernel reports it. */
export type TraceEvent = {
  table: string;
  chain: string;
  /** The kernel's own chain of the packet, also while the packet is in a chain of a jump. */
  hook: Hook;
  /** The packet as it entered the kernel's own chain, when the kernel has shown it. */
  packet?: Packet | undefined;
} & ({ kind: "rule"; handle: number; verdict: string; text: string } | { kind: "policy"; verdict: string });

/** The mark of our packet. Nothing on the way changes it. */
export interface Identity {
  identification: number;
}

interface Line {
  id: string;
  table: string;
  chain: string;
  kind: string;
  rest: string;
  packetLine: string;
}

/**
 * Reads the output of `xtables-monitor --trace`, and keeps the events of one packet:
 *
 *     PACKET: 2 fc475095 IN=eth0 OUT=docker0 SRC=192.168.40.1 DST=172.17.0.2 LEN=84 TOS=0x0 TTL=63 ID=4711 DF
 *      TRACE: 2 fc475095 filter:FORWARD:rule:0x5:JUMP:DOCKER  -4 -t filter -A FORWARD -o docker0 -j DOCKER
 *      TRACE: 2 fc475095 filter:FORWARD:policy:DROP
 *
 * The kernel's id of a packet is a hash that changes when a bridge hands the packet up; the packet's own identification
 * does not.
 */
export function readTrace(text: string, ours: Identity): TraceEvent[] {
  const lines = joinLines(text);
  const ids = new Set(
    lines
      .filter(({ packetLine }) => field(packetLine, "ID") === String(ours.identification))
      .map(({ id }) => id),
  );
  const events: TraceEvent[] = [];
  let hook: Hook = "PREROUTING";
  let hookTable = "";
  let packet: Packet | undefined;
  for (const line of lines) {
    if (!ids.has(line.id)) continue;
    const { table, chain, kind, rest } = line;
    if (isHook(chain) && (chain !== hook || table !== hookTable)) {
      // The kernel shows a packet once in each of its chains; xtables-monitor shows it only beside a rule.
      [hook, hookTable, packet] = [chain, table, undefined];
    }
    packet = readPacket(line.packetLine) ?? packet;
    const at = { table, chain, hook, packet };
    if (kind === "policy") {
      events.push({ ...at, kind, verdict: rest.trim() });
    } else if (kind === "rule") {
      const [, handle = "0", verdict = "", rule = ""] = /^(0x[0-9a-f]+):(\S*)\s*(.*)$/.exec(rest) ?? [];
      if (rule.includes(TRACE_COMMENT)) continue;
      const written = rule.replace(/^-\d -t \S+ -A \S+ /, "");
      events.push({
        ...at,
        kind,
        handle: Number(handle),
        verdict: verdict === NFT_RETURN ? "RETURN" : verdict,
        text: written,
      });
    }
  }
  return events;
}

/** The verdict RETURN as xtables-monitor writes it, which has no word for RETURN. */
const NFT_RETURN = "0xfffffffb";

/** The first packet that the kernel has shown. */
export function firstIdentity(text: string): Identity | undefined {
  const shown = joinLines(text).map(({ packetLine }) => field(packetLine, "ID"));
  const identification = shown.find((one) => one !== undefined);
  return identification === undefined ? undefined : { identification: Number(identification) };
}

/** The lines of a trace, each with the PACKET line before it, when the kernel has shown the packet. */
function joinLines(text: string): Line[] {
  const lines: Line[] = [];
  const shown = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, of = ""] = /^PACKET: \d+ ([0-9a-f]+) /.exec(line) ?? [];
    if (of !== "") shown.set(of, line);
    const trace = /^ ?TRACE: \d+ ([0-9a-f]+) ([^:]+):([^:]+):(\w+):?(.*)$/.exec(line);
    if (trace === null) continue;
    const [, id = "", table = "", chain = "", kind = "", rest = ""] = trace;
    lines.push({ id, table, chain, kind, rest, packetLine: shown.get(id) ?? "" });
    shown.delete(id);
  }
  return lines;
}

function readPacket(line: string): Packet | undefined {
  const [source, destination, ttl] = [field(line, "SRC"), field(line, "DST"), field(line, "TTL")];
  if (source === undefined || destination === undefined) return undefined;
  const [sourcePort, destinationPort] = [field(line, "SPORT"), field(line, "DPORT")];
  return {
    source,
    destination,
    ttl: Number(ttl),
    ...(sourcePort === undefined ? {} : { sourcePort: Number(sourcePort) }),
    ...(destinationPort === undefined ? {} : { destinationPort: Number(destinationPort) }),
  };
}

function field(line: string, name: string): string | undefined {
  return new RegExp(`(?:^| )${name}=([\\d.]+)`).exec(line)?.[1];
}

function isHook(chain: string): chain is Hook {
  return (HOOKS as readonly string[]).includes(chain);
}
