import {
  addressAt,
  addressNumber,
  contains,
  isAddress,
  isSubnet,
  type NotASubnet,
  parseSubnet,
  type Subnet,
} from "./addresses.ts";
import { handOutRange } from "./hand-out.ts";
import type { FoundProblem } from "./problems.ts";

/** A network of the plan, and who is on it. */
export interface PlannedNetwork {
  place: string;
  subnet: Subnet;
  /** The part of the subnet that the lab lets the engine hand out; undefined: all of it. */
  ipRange?: Subnet | undefined;
  /** null: the network has none. */
  gateway: string | null;
  /** Addresses that are kept for others than nodes. */
  auxiliary: Set<string>;
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
  const { subnet, gateway, auxiliary, fixed } = network;
  for (let number = firstHost(subnet); number <= lastHost(subnet); number += 1n) {
    const address = addressAt(number);
    if (address === gateway || auxiliary.has(address)) continue;
    if (fixed.has(address) || toldBefore.has(address)) continue;
    if (isNarrow({ ...network, fixed: new Set([...fixed, address]) })) continue;
    toldBefore.add(address);
    return `use ${address}, which is free`;
  }
  return "use an address of a larger subnet";
}

/** Whether the engine has too few addresses to hand out: of its range, or beside those that nodes have asked for. */
function isNarrow(network: PlannedNetwork): boolean {
  return isLimited(network) && rangeOf(network) === undefined;
}

/** Whether the engine hands out addresses, and may not hand out all of the subnet's. */
function isLimited({ handedOut, fixed, ipRange }: PlannedNetwork): boolean {
  return handedOut > 0 && (fixed.size > 0 || ipRange !== undefined);
}

/** That a network has too few addresses to hand out. */
export function narrow(network: PlannedNetwork): FoundProblem[] {
  const { place, subnet, ipRange, handedOut, members } = network;
  // That it is too small for all is told already.
  if (!isNarrow(network) || BigInt(members) > usableIn(network)) return [];
  const range = ipRange ?? subnet;
  const fixed = [...network.fixed].filter((address) => contains(range, address)).join(", ");
  return [
    {
      place: `${place}.${ipRange === undefined ? "subnet" : "ipRange"}`,
      value: range.cidr,
      allowed: `has no part${fixed && ` (a smaller CIDR) without ${fixed}`} from which the engine can hand out ${handedOut} addresses`,
      fix: `use a prefix shorter than /${range.prefixLength}, or give each box on it an address (ipv4Address)`,
    },
  ];
}

/**
 * From where the engine must hand out addresses: from the range that the lab gives it, or from a part of it where nodes
 * have asked for certain ones. undefined: from everywhere, or, where it `isNarrow`, from nowhere.
 */
export function rangeOf(network: PlannedNetwork): string | undefined {
  const { subnet, ipRange, gateway, auxiliary, fixed, handedOut } = network;
  if (!isLimited(network)) return ipRange?.cidr;
  const others = [...auxiliary, gateway ?? ""].filter(isAddress).map(addressNumber);
  return handOutRange(ipRange ?? subnet, {
    fixed: [...fixed].map(addressNumber),
    unusable: [firstHost(subnet) - 1n, lastHost(subnet) + 1n, ...others],
    count: handedOut,
  });
}

/** How many nodes a network has addresses for. */
export function usableIn({ subnet, gateway, auxiliary }: PlannedNetwork): bigint {
  return lastHost(subnet) - firstHost(subnet) + (gateway === null ? 1n : 0n) - BigInt(auxiliary.size);
}

/** Reads a range of a subnet's addresses, a CIDR. */
export function rangeWithin(subnet: Subnet, text: string): Subnet | NotASubnet {
  const longer = Math.min(subnet.prefixLength + 1, 32);
  const example = `${addressAt((subnet.start + subnet.end + 1n) / 2n)}/${longer}`;
  const range = parseSubnet(text, example);
  if (!isSubnet(range)) return range;
  if (range.start >= subnet.start && range.end <= subnet.end) return range;
  return {
    reason: `does not lie within the network's subnet ${subnet.cidr}`,
    fix: `use a part of it, for example ${example}`,
  };
}

/** The first address that a node may have: all of a /31 and a /32 are for nodes (RFC 3021). */
function firstHost({ start, prefixLength }: Subnet): bigint {
  return prefixLength > 30 ? start : start + 1n;
}

/** The last address that a node may have. */
function lastHost({ end, prefixLength }: Subnet): bigint {
  return prefixLength > 30 ? end : end - 1n;
}
