import { runDirectory } from "../topology/run-directory.ts";
import { type Host, isUsers } from "./host.ts";

/**
 * An engine of the user's has things of others, too, and another vethlab may have a stack of this name. A thing that already
 * has a name of the lab belongs to others: it is neither used nor removed.
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

/**
 * What a script is told of whose the thing is that it makes. The host keeps it: when a resource gets another name, what it
 * stands for is there already, and Pulumi undoes the former resource after the new one was applied.
 *
 * @param resource the name of the resource that runs the script
 */
export function ownedBy(
  host: Pick<Host, "kind" | "site">,
  resource: string,
): { OWNER: string; OWNERS: string } {
  const owners = isUsers(host) ? `${runDirectory(host.site.scope)}/owners` : "/var/lib/vethlab-owners";
  return { OWNER: resource, OWNERS: owners };
}
