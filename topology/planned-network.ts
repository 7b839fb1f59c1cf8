import { addressAt, addressNumber, contains, isAddress, type Subnet } from "./addresses.ts";
import { handOutRange } from "./hand-out.ts";
import type { FoundProblem } from "./problems.ts";

/** A network of the plan, and who is on it. */
export interface PlannedNetwork {
  place: string;
  subnet: Subnet;
  /** null: the network has none. */
  gateway: string | null;
  /** Address -> the node that has it. */
  taken: Map<string, string>;
  /** Addresses that nodes have asked for, those included that are not plugged in for now. */
  fixed: Set<string>;
  /** Nodes on it, with or without an address of their own choice. */
  members: number;
  /** Nodes to which the engine hands out addresses, those included that are not plugged in for now. */
  handedOut: number;
}

/** Why no node of a network can have an address; undefined where one can. */
export function wrongAddress(
  address: string,
  { subnet }: PlannedNetwork,
): { allowed: string; fix: string } | undefined {
  const [first, last] = [firstHost(subnet), lastHost(subnet)];
  const range = first > last ? "in a larger subnet" : `from ${addressAt(first)} to ${addressAt(last)}`;
  const wrong = (allowed: string) => ({ allowed, fix: `use one ${range}` });
  if (!isAddress(address)) return wrong("is no IPv4 address");
  if (!contains(subnet, address)) return wrong(`lies outside the network's subnet ${subnet.cidr}`);
  if (addressNumber(address) === first - 1n) return wrong(`is the network address of ${subnet.cidr}`);
  if (addressNumber(address) === last + 1n) return wrong(`is the broadcast address of ${subnet.cidr}`);
  return undefined;
}

/** An address that a node may ask for, so that the engine still has some to hand out. */
export function freeAddress(network: PlannedNetwork, toldBefore: Set<string>): string {
  const { subnet, gateway, fixed } = network;
  for (let number = firstHost(subnet); number <= lastHost(subnet); number += 1n) {
    const address = addressAt(number);
    if (address === gateway || fixed.has(address) || toldBefore.has(address)) continue;
    if (isNarrow({ ...network, fixed: new Set([...fixed, address]) })) continue;
    toldBefore.add(address);
    return `use ${address}, which is free`;
  }
  return "use an address of a larger subnet";
}

/** Whether nodes have asked for addresses that leave the engine too few to hand out. */
function isNarrow(network: PlannedNetwork): boolean {
  return network.handedOut > 0 && network.fixed.size > 0 && rangeOf(network) === undefined;
}

/** That a network has too few addresses to hand out beside those that nodes have asked for. */
export function narrow(network: PlannedNetwork): FoundProblem[] {
  const { place, subnet, handedOut, members } = network;
  // That it is too small for all is told already.
  if (!isNarrow(network) || BigInt(members) > usableIn(network)) return [];
  const fixed = [...network.fixed].join(", ");
  return [
    {
      place: `${place}.subnet`,
      value: subnet.cidr,
      allowed: `has no part (a smaller CIDR) without ${fixed} from which the engine can hand out ${handedOut} addresses`,
      fix: `use a prefix shorter than /${subnet.prefixLength}, or give each box on it an address (ipv4Address)`,
    },
  ];
}

/** From where the engine must hand out addresses: only beside fixed ones it may not be from everywhere. */
export function rangeOf({ subnet, gateway, fixed, handedOut }: PlannedNetwork): string | undefined {
  if (handedOut === 0 || fixed.size === 0) return undefined;
  const unusable = [firstHost(subnet) - 1n, lastHost(subnet) + 1n];
  if (gateway !== null && isAddress(gateway)) unusable.push(addressNumber(gateway));
  return handOutRange(subnet, { fixed: [...fixed].map(addressNumber), unusable, count: handedOut });
}

/** How many nodes a network has addresses for. */
export function usableIn({ subnet, gateway }: PlannedNetwork): bigint {
  return lastHost(subnet) - firstHost(subnet) + (gateway === null ? 1n : 0n);
}

/** The first address that a node may have: all of a /31 and a /32 are for nodes (RFC 3021). */
function firstHost({ start, prefixLength }: Subnet): bigint {
  return prefixLength > 30 ? start : start + 1n;
}

/** The last address that a node may have. */
function lastHost({ end, prefixLength }: Subnet): bigint {
  return prefixLength > 30 ? end : end - 1n;
}
