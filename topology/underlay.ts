import { firstFree } from "./addresses.ts";
import type { Machine } from "./machine.ts";

/** 192.168.34.0/24 and on: beside the article's 192.168.33.0/24; 172.17-172.31 are left to the engines inside. */
export const underlayCandidates = Array.from({ length: 220 }, (_, i) => `192.168.${34 + i}.0/24`);

/**
 * The subnet of a stack's underlay: the wanted one, else the one that the stack has already, else the customary one where
 * it is free, else the first free one, looked for from a place of the stack's own, so that stacks that start at the same
 * time do not meet.
 */
export function underlaySubnet(stack: string, machine: Machine, wanted?: string, customary?: string): string {
  if (wanted !== undefined) return wanted;
  const own = machine.networksInUse.find(
    (network) => network.owner === stack && network.name.endsWith("-underlay"),
  );
  if (own !== undefined) return own.subnet;
  const start = hash(stack) % underlayCandidates.length;
  const turned = [
    ...(customary === undefined ? [] : [customary]),
    ...underlayCandidates.slice(start),
    ...underlayCandidates.slice(0, start),
  ];
  const taken = machine.networksInUse.map((network) => network.subnet);
  return firstFree(turned, taken) ?? underlayCandidates[start] ?? "";
}

/** A number that depends on a text only (FNV-1a, 32 bits). */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const char of text) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return value >>> 0;
}
