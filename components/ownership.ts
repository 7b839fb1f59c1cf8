import type { Host } from "./host.ts";

/**
 * On an engine of the user's others have things too, and a stack of this name may be another vethlab's. What is there
 * already under a name of the lab's is then not the lab's, to be used or removed.
 *
 * @param place in the lab: `networks.my-bridge`
 */
export function planOwnership(
  {
    site,
    networksInUse = [],
    containersInUse = [],
  }: Pick<Host, "site" | "networksInUse" | "containersInUse">,
  place: string,
  kind: "network" | "container",
  engineName: string,
): void {
  const inUse = kind === "network" ? networksInUse : containersInUse;
  const there = inUse.find(({ name }) => name === engineName);
  if (there === undefined || there.owner === site.stack) return;
  site.plan.problem({
    place,
    value: engineName,
    allowed: `a ${kind} of this name is on the engine already, and this vethlab has not made it`,
    fix: `remove or rename it (docker ${kind === "network" ? "network rm" : "rename"} ${engineName}), take down the stack whose it is, or give this one another name (--stack)`,
  });
}
