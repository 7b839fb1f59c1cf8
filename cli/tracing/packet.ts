/** The header of an IPv4 packet at one hop. */
export interface Packet {
  source: string;
  destination: string;
  sourcePort?: number;
  destinationPort?: number;
  /** A router takes one off; a bridge does not. */
  ttl: number;
}

/** `172.18.0.2 → 172.17.0.2`, with ports for TCP and UDP. */
export function describePacket(packet: Packet): string {
  const { source, sourcePort, destination, destinationPort } = packet;
  return `${endpoint(source, sourcePort)} → ${endpoint(destination, destinationPort)}`;
}

/** `172.18.0.2:80`, or the address alone. */
export function endpoint(address: string, port: number | undefined): string {
  return port === undefined ? address : `${address}:${port}`;
}
