import { randomBytes, randomInt } from "node:crypto";
import { commandLine } from "../../topology/shell.ts";
import type { Identity } from "./kernel-trace.ts";
import type { Sighting } from "./pcap.ts";
import { TRACE_COMMENT } from "./ruleset.ts";

/** Time limit for the answer. */
const PATIENCE_SECONDS = 1;

/** Our packet: the command that sends it, and the marks that tell it from all others. */
export interface ProbePacket {
  kind: "ping" | "tcp";
  command: string[];
  /**
   * Matches of the tracing rule, without table and chain. The second is for a kernel without the modules of the first. It
   * matches more packets than ours; the reader of the trace leaves them out.
   */
  matches: string[][];
  /** Our packet in the capture at its sender. */
  find(sightings: readonly Sighting[]): Sighting | undefined;
  /** Whether a captured packet is ours, also after address translation. */
  isRequest(sighting: Sighting, ours: Sighting): boolean;
  /** Whether a captured packet answers ours. */
  isAnswer(sighting: Sighting, ours: Sighting): boolean;
}

/** tcpdump's filter: pings, and the packets that open or refuse TCP connections. */
export const CAPTURE_FILTER = "icmp or (tcp[tcpflags] & (tcp-syn | tcp-rst) != 0)";

const target = ["-m", "comment", "--comment", TRACE_COMMENT, "-j", "TRACE"];

/** A ping with a payload and a length of its own. */
export function pingPacket(address: string): ProbePacket {
  const marker = randomBytes(8);
  const size = randomInt(57, 256);
  const icmp = ["-p", "icmp", "--icmp-type", "echo-request"];
  const isOurs = ({ payload }: Sighting): boolean => payload.includes(marker);
  return {
    kind: "ping",
    command: [
      ...["ping", "-n", "-c", "1", "-W", String(PATIENCE_SECONDS)],
      ...["-s", String(size), "-p", marker.toString("hex"), "--", address],
    ],
    matches: [
      [...icmp, "-m", "length", "--length", String(size + 28), ...target],
      [...icmp, "-d", address, ...target],
    ],
    find: (sightings) => sightings.find((one) => one.kind === "echo request" && isOurs(one)),
    isRequest: (one) => one.kind === "echo request" && isOurs(one),
    isAnswer: (one, ours) => (one.kind === "echo reply" && isOurs(one)) || isErrorFor(one, ours),
  };
}

/** The first packet of a TCP connection, from a port of its own. */
export function tcpPacket(address: string, port: number): ProbePacket {
  const sourcePort = randomInt(20_000, 32_000); // below those that kernels hand out
  const tcp = ["-p", "tcp", "--syn", "--sport", String(sourcePort)];
  return {
    kind: "tcp",
    command: [
      ...["nc", "-n", "-v", "-z", "-w", String(PATIENCE_SECONDS), "-p", String(sourcePort), "--"],
      ...[address, String(port)],
    ],
    matches: [[...tcp, ...target]],
    find: (sightings) => sightings.find((one) => one.kind === "syn" && one.sourcePort === sourcePort),
    // A retransmission has another identification.
    isRequest: (one, ours) =>
      one.kind === "syn" && one.sequence === ours.sequence && one.identification === ours.identification,
    isAnswer: (one, ours) =>
      ((one.kind === "syn-ack" || one.kind === "rst") &&
        one.acknowledges === ((ours.sequence ?? 0) + 1) % 2 ** 32) ||
      isErrorFor(one, ours),
  };
}

/** An ICMP error quotes the header of the packet that caused it. */
function isErrorFor({ kind, payload }: Sighting, { identification }: Identity): boolean {
  return kind === "icmp error" && payload.length >= 28 && payload.readUInt16BE(12) === identification;
}

/** The command that sends the packet, as a person types it. */
export function sendingCommand({ command }: ProbePacket): string {
  return commandLine(command);
}
