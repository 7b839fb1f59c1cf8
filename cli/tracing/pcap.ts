import type { Packet } from "./packet.ts";

/** A captured packet. */
export interface Sighting extends Packet {
  /** Nanoseconds; the clock is the same in every network namespace of a machine. */
  time: bigint;
  /** Index of the interface in its namespace. */
  interfaceIndex: number;
  direction: "in" | "out";
  /** The frame has the MAC address of another interface, as at the port of a bridge. */
  forAnother: boolean;
  /** Identification in the IP header. Nothing on the way changes it; a retransmission has another. */
  identification: number;
  kind: "echo request" | "echo reply" | "icmp error" | "syn" | "syn-ack" | "rst" | "other";
  /** Of TCP. */
  sequence?: number;
  acknowledges?: number;
  /** The bytes after the IP header, as far as they were captured. */
  payload: Buffer;
}

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const COOKED_HEADER = 20;
const NANOSECONDS = 0xa1b23c4d;
const MICROSECONDS = 0xa1b2c3d4;
const LINKTYPE_LINUX_SLL2 = 276;
const PACKET_OTHERHOST = 3;
const PACKET_OUTGOING = 4;

/**
 * Reads the IPv4 packets of a pcap file of `tcpdump -i any -y LINUX_SLL2`, in the order of the file. An incomplete last
 * record, of a tcpdump that was killed, is left out.
 */
export function readPcap(file: Buffer): Sighting[] {
  if (file.length < FILE_HEADER) return [];
  const little = [NANOSECONDS, MICROSECONDS].includes(file.readUInt32LE(0));
  const number = (offset: number): number => (little ? file.readUInt32LE(offset) : file.readUInt32BE(offset));
  const nanoseconds = number(0) === NANOSECONDS;
  if (!nanoseconds && number(0) !== MICROSECONDS) throw new Error("this is no pcap file");
  if ((number(20) & 0xffff) !== LINKTYPE_LINUX_SLL2)
    throw new Error("this pcap file is not of tcpdump -i any");

  const sightings: Sighting[] = [];
  let at = FILE_HEADER;
  while (at + RECORD_HEADER <= file.length) {
    const length = number(at + 8);
    const start = at + RECORD_HEADER;
    if (start + length > file.length) break;
    const fraction = BigInt(number(at + 4)) * (nanoseconds ? 1n : 1000n);
    const time = BigInt(number(at)) * 1_000_000_000n + fraction;
    const sighting = readRecord(file.subarray(start, start + length), time);
    if (sighting !== undefined) sightings.push(sighting);
    at = start + length;
  }
  return sightings;
}

function readRecord(record: Buffer, time: bigint): Sighting | undefined {
  if (record.length < COOKED_HEADER + 20 || record.readUInt16BE(0) !== 0x0800) return undefined;
  const ip = record.subarray(COOKED_HEADER);
  const payload = ip.subarray(((ip[0] ?? 0) & 0x0f) * 4);
  return {
    time,
    interfaceIndex: record.readUInt32BE(4),
    direction: record[10] === PACKET_OUTGOING ? "out" : "in",
    forAnother: record[10] === PACKET_OTHERHOST,
    source: addressAt(ip, 12),
    destination: addressAt(ip, 16),
    ttl: ip[8] ?? 0,
    identification: ip.readUInt16BE(4),
    payload,
    ...transport(ip[9] ?? 0, payload),
  };
}

type Transport = Pick<Sighting, "kind"> & Partial<Sighting>;

const ICMP = 1;
const TCP = 6;

function transport(protocol: number, payload: Buffer): Transport {
  if (protocol === ICMP && payload.length >= 8) {
    const type = payload[0];
    return { kind: type === 8 ? "echo request" : type === 0 ? "echo reply" : "icmp error" };
  }
  if (protocol === TCP && payload.length >= 20) {
    const flags = payload[13] ?? 0;
    const [syn, rst, ack] = [(flags & 0x02) !== 0, (flags & 0x04) !== 0, (flags & 0x10) !== 0];
    return {
      kind: rst ? "rst" : syn && ack ? "syn-ack" : syn ? "syn" : "other",
      sourcePort: payload.readUInt16BE(0),
      destinationPort: payload.readUInt16BE(2),
      sequence: payload.readUInt32BE(4),
      acknowledges: payload.readUInt32BE(8),
    };
  }
  return { kind: "other" };
}

function addressAt(buffer: Buffer, offset: number): string {
  return [...buffer.subarray(offset, offset + 4)].join(".");
}
