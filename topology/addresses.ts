import { containsCidr, overlapCidr, parseCidr } from "cidr-tools";
import { parseIp, stringifyIp } from "ip-bigint";
import { isIPv4 } from "node:net";

/** An IPv4 subnet. */
export interface Subnet {
  /** Normal form, host bits clear: `172.18.0.0/16`. */
  cidr: string;
  prefixLength: number;
  /** First address: that of the network itself. */
  start: bigint;
  /** Last address: the broadcast address. */
  end: bigint;
}

/** Why a text is no subnet, and what it should be where that is plain. */
export interface NotASubnet {
  reason: string;
  fix: string;
}

/**
 * Reads `address/prefix`. Only IPv4, with host bits clear, as `docker network create --subnet` and RFC 4632 have it.
 *
 * @param example what is offered for a text that is no CIDR
 */
export function parseSubnet(text: string, example = "172.18.0.0/16"): Subnet | NotASubnet {
  const noCidr = { reason: "a subnet is written as an IPv4 CIDR", fix: `for example ${example}` };
  const [address = "", prefix = "", ...rest] = text.split("/");
  if (rest.length > 0 || !isIPv4(address) || !/^\d{1,2}$/.test(prefix) || Number(prefix) > 32) return noCidr;
  const { start, end } = parseCidr(text);
  const cidr = `${addressAt(start)}/${prefix}`;
  if (parseIp(address).number !== start) {
    return { reason: `has host bits set: ${address} is an address inside the subnet`, fix: `write ${cidr}` };
  }
  return { cidr, prefixLength: Number(prefix), start, end };
}

/** Whether `parseSubnet` found a subnet. */
export function isSubnet(parsed: Subnet | NotASubnet): parsed is Subnet {
  return "cidr" in parsed;
}

/** Whether a text is an IPv4 address. */
export function isAddress(text: string): boolean {
  return isIPv4(text);
}

/** Number of an IPv4 address. */
export function addressNumber(address: string): bigint {
  return parseIp(address).number;
}

/** IPv4 address of a number. */
export function addressAt(number: bigint): string {
  return stringifyIp({ number, version: 4 });
}

/** The address `offset` places after the network's own: 1 is the customary gateway. */
export function nthAddress(subnet: Subnet, offset: number): string {
  return addressAt(subnet.start + BigInt(offset));
}

/** The same of a text; empty for what is no subnet, which the plan reports. */
export function nthAddressIn(cidr: string, offset: number): string {
  const subnet = parseSubnet(cidr);
  return isSubnet(subnet) ? nthAddress(subnet, offset) : "";
}

/** Whether two CIDRs share an address. IPv4 and IPv6 never do. */
export function overlap(a: string, b: string): boolean {
  return overlapCidr(a, b);
}

/** Whether an address lies in a subnet. */
export function contains(subnet: Subnet, address: string): boolean {
  return containsCidr(subnet.cidr, address);
}

/** The first subnet of `candidates` that overlaps none of `taken`. */
export function firstFree(candidates: Iterable<string>, taken: readonly string[]): string | undefined {
  for (const candidate of candidates) {
    if (!taken.some((other) => overlap(candidate, other))) return candidate;
  }
  return undefined;
}

/** The subnet that an address with prefix length lies in: `192.168.1.0/24` of `192.168.1.1/24`. */
export function subnetOf(interfaceAddress: string): string | undefined {
  const [address = "", prefix = "", ...rest] = interfaceAddress.split("/");
  if (rest.length > 0 || !isAddress(address) || !/^\d{1,2}$/.test(prefix) || Number(prefix) > 32)
    return undefined;
  return `${addressAt(parseCidr(interfaceAddress).start)}/${prefix}`;
}
