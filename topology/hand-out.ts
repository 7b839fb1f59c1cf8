import { addressAt, type Subnet } from "./addresses.ts";

/**
 * The part of a range from which an engine may hand out addresses (`docker network create --ip-range`) where nodes have
 * asked for certain ones: the largest that has none of these. Without it the engine hands out the address of a node that
 * comes later, or is stopped at the moment. undefined: no part has room.
 *
 * @param range the subnet, or the part of it that the network's ipRange allows
 * @param fixed the addresses that nodes have asked for
 * @param unusable addresses that no node can have: the gateway's, auxiliary ones, the network's, the broadcast address
 * @param count how many addresses are to be handed out
 */
export function handOutRange(
  range: Subnet,
  { fixed, unusable, count }: { fixed: readonly bigint[]; unusable: readonly bigint[]; count: number },
): string | undefined {
  for (let prefixLength = range.prefixLength; prefixLength <= 32; prefixLength += 1) {
    const size = 1n << BigInt(32 - prefixLength);
    if (size < BigInt(count)) return undefined;
    for (let start = range.start; start <= range.end; start += size) {
      const within = (address: bigint): boolean => address >= start && address < start + size;
      const room = size - BigInt(unusable.filter(within).length);
      if (!fixed.some(within) && room >= BigInt(count)) return `${addressAt(start)}/${prefixLength}`;
    }
  }
  return undefined;
}
