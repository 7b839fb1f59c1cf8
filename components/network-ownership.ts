import type { Host } from "./host.ts";

/**
 * A stack of this name may be another vethlab's, on the same engine of the user's: a network there that is called as this
 * stack's would be is then not this stack's, to be plugged into or removed.
 *
 * @param place of the network in the lab: `networks.my-bridge`
 */
export function planOwnership(
  { site, networksInUse = [] }: Pick<Host, "site" | "networksInUse">,
  place: string,
  engineName: string,
): void {
  const there = networksInUse.find(({ name }) => name === engineName);
  if (there === undefined || there.owner === site.stack) return;
  site.plan.problem({
    place,
    value: engineName,
    allowed: "a network of this name is on the engine already, and this vethlab has not made it",
    fix: "take down there the stack whose it is, or give this one another name (--stack)",
  });
}
