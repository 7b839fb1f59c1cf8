import { overlappingUnderlay, SUBNETS_VARIABLE, subnetsToAvoid } from "../topology/underlay.ts";

/**
 * Has the next run of a lab's program choose another underlay, where this one was refused since the lab has subnets that
 * overlap the chosen one.
 *
 * @param said what the program was refused with
 * @returns whether the next run chooses another
 */
export function makeUnderlayGiveWay(said: string): boolean {
  const known = subnetsToAvoid(process.env);
  const found = overlappingUnderlay(said).filter((subnet) => !known.includes(subnet));
  if (found.length === 0) return false;
  process.env[SUBNETS_VARIABLE] = [...known, ...found].join(" ");
  return true;
}
