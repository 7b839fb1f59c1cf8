import { firstFree, overlap } from "./addresses.ts";
import type { Machine } from "./machine.ts";
import { fullName, type Scope } from "./scope.ts";

/** 192.168.34.0/24 and on: beside the article's 192.168.33.0/24; 172.17-172.31 are left to the engines inside. */
export const underlayCandidates = Array.from({ length: 220 }, (_, i) => `192.168.${34 + i}.0/24`);

/** Where none of these is free: the range for tests of network devices (RFC 2544). */
const furtherCandidates = Array.from({ length: 512 }, (_, i) => `198.${18 + (i >> 8)}.${i & 255}.0/24`);

/**
 * The subnet of a stack's underlay: the wanted one, else the present one, else the customary one if it is free, else the
 * next free one. The search begins at a place that depends on the stack's name, so that stacks that start at the same time
 * seldom meet. A subnet that was not asked for overlaps no known subnet of the lab.
 */
export function underlaySubnet(scope: Scope, machine: Machine, wanted?: string, customary?: string): string {
  if (wanted !== undefined) return wanted;
  const { networksInUse, subnetsOfLab = [] } = machine;
  const own = networksInUse.find(
    (network) => network.owner === scope.stack && network.name.endsWith("-underlay"),
  );
  if (own !== undefined && !subnetsOfLab.some((subnet) => overlap(subnet, own.subnet))) return own.subnet;
  const turned = [
    ...(customary === undefined ? [] : [customary]),
    ...turn(underlayCandidates, fullName(scope)),
    ...turn(furtherCandidates, fullName(scope)),
  ];
  const taken = [...networksInUse.map((network) => network.subnet), ...subnetsOfLab];
  return firstFree(turned, taken) ?? turned[0] ?? "";
}

function turn(candidates: readonly string[], stack: string): string[] {
  const start = hash(stack) % candidates.length;
  return [...candidates.slice(start), ...candidates.slice(0, start)];
}

/** How problems name an underlay that nobody has asked for. */
export const CHOSEN_UNDERLAY = "the underlay, which vethlab has chosen (the setting underlay gives another)";

/** The lab's subnets that overlap the chosen underlay, from the message of a refused program. */
export function overlappingUnderlay(said: string): string[] {
  const told = [...said.matchAll(/: (\S+)\n +overlaps \S+ of (.*)$/gm)];
  return told.flatMap(([, subnet = "", owner]) => (owner === CHOSEN_UNDERLAY ? [subnet] : []));
}

/**
 * The environment variable with the lab's own subnets for its program: the underlay is chosen before the lab has declared
 * any.
 */
export const SUBNETS_VARIABLE = "VETHLAB_SUBNETS";

export function subnetsToAvoid({
  [SUBNETS_VARIABLE]: told = "",
}: Readonly<Record<string, string | undefined>>): string[] {
  return told.split(" ").filter((subnet) => subnet !== "");
}

/** A number that depends on a text only (FNV-1a, 32 bits). */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const char of text) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return value >>> 0;
}
