/** Where an IPv4 packet comes from and goes to, as it is at one place of its way. */
export interface Packet {
  source: string;
  destination: string;
  sourcePort?: number;
  destinationPort?: number;
  /** Falls by one where the packet is routed; a bridge leaves it. */
  ttl: number;
}

/** `172.18.0.2 → 172.17.0.2`, with the ports where there are any. */
export function describePacket(packet: Packet): string {
  const { source, sourcePort, destination, destinationPort } = packet;
  return `${endpoint(source, sourcePort)} → ${endpoint(destination, destinationPort)}`;
}

/** `172.18.0.2:80`, or the address alone. */
export function endpoint(address: string, port: number | undefined): string {
  return port === undefined ? address : `${address}:${port}`;
}
