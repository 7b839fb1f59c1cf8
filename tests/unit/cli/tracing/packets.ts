/** Builds the bytes of packets and of pcap files, for tests of what reads them. */

export function pcapFile(records: readonly { seconds: number; nanoseconds: number; data: Buffer }[]): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b23c4d, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(192, 16);
  header.writeUInt32LE(276, 20);
  const parts = records.flatMap(({ seconds, nanoseconds, data }) => {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(seconds, 0);
    record.writeUInt32LE(nanoseconds, 4);
    record.writeUInt32LE(data.length, 8);
    record.writeUInt32LE(data.length, 12);
    return [record, data];
  });
  return Buffer.concat([header, ...parts]);
}

/** Type: 0 for us, 3 for another, 4 outgoing. */
export function cooked(
  { interfaceIndex, type }: { interfaceIndex: number; type: number },
  packet: Buffer,
): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt16BE(0x0800, 0);
  header.writeUInt32BE(interfaceIndex, 4);
  header.writeUInt16BE(1, 8);
  header[10] = type;
  return Buffer.concat([header, packet]);
}

export function ipv4(packet: {
  protocol: number;
  source: string;
  destination: string;
  ttl: number;
  id: number;
  payload: Buffer;
}): Buffer {
  const header = Buffer.alloc(20);
  header[0] = 0x45;
  header.writeUInt16BE(20 + packet.payload.length, 2);
  header.writeUInt16BE(packet.id, 4);
  header[8] = packet.ttl;
  header[9] = packet.protocol;
  header.set(packet.source.split(".").map(Number), 12);
  header.set(packet.destination.split(".").map(Number), 16);
  return Buffer.concat([header, packet.payload]);
}

export function icmpEcho(type: number, data: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type, 0, 0, 0, 0, 1, 0, 1]), data]);
}

export function tcp(segment: {
  sourcePort: number;
  destinationPort: number;
  sequence: number;
  acknowledges: number;
  flags: number;
}): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt16BE(segment.sourcePort, 0);
  header.writeUInt16BE(segment.destinationPort, 2);
  header.writeUInt32BE(segment.sequence, 4);
  header.writeUInt32BE(segment.acknowledges, 8);
  header[12] = 0x50;
  header[13] = segment.flags;
  return header;
}
