import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, jest, test } from "@jest/globals";
import { readState, stackNames } from "../../cli/backend.ts";
import { type Resource, urnType } from "../../cli/mending/state.ts";
import { expectRemoved } from "./gone.ts";
import { killTree, startVethlab, vethlab } from "./vethlab.ts";

/** A run is killed inside a create, of each kind of resource in turn; the next goes on from what it has left. */

const prefix = `killed-creates-${process.pid}`;

/** Labs that have, between them, each kind of resource. */
const labs: [lab: string, ...settings: string[]][] = [
  ["user-bridge", "-c", "connectBox3=true"],
  ["netns-veth"],
  ["joined-web"],
  ["default-bridge"],
];

/** All kinds that these labs have: a run that meets one that is not yet among the killed is killed. */
const kinds = [
  "pulumi:providers:command",
  "vethlab:container:Box$docker:index/container:Container",
  "vethlab:container:JoinedBox$docker:index/container:Container",
  "vethlab:host:ContainerHost$command:local:Command",
  "vethlab:host:ContainerHost$docker:index/container:Container",
  "vethlab:host:ContainerHost$pulumi:providers:docker",
  "vethlab:host:LocalHost$pulumi:providers:docker",
  "vethlab:host:Outside$docker:index/container:Container",
  "vethlab:lab:Verification$command:local:Command",
  "vethlab:namespace:ContainerNamespace$command:local:Command",
  "vethlab:namespace:Namespace$command:local:Command",
  "vethlab:namespace:VethPair$command:local:Command",
  "vethlab:network:BridgeNetwork$command:local:Command",
  "vethlab:network:NetworkAttachment$command:local:Command",
  "vethlab:network:Underlay$command:local:Command",
];

/** Longest time of a lab: runs that are killed, one that comes to its end, one that removes. */
jest.setTimeout(300_000);

afterAll(async () => {
  for (const left of stackNames()) if (left.startsWith(prefix)) await vethlab("down", left);
});

const killed = new Set<string>();

test.each(labs)("%s comes up, and goes without a trace", async (lab, ...settings) => {
  const stack = `${prefix}-${lab}`;
  let wasKilled = true;
  while (wasKilled) {
    const { child, ended } = startVethlab(["up", lab, "--stack", stack, ...settings]);
    wasKilled = await killInNewKind(child.pid ?? 0, stack, ended);
    const { code, stderr } = await ended;
    if (!wasKilled) expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  }
  await expectRemoved(stack);
});

test("a run was killed in each kind", () => {
  expect([...killed].sort()).toEqual(kinds);
});

/**
 * Kills a run at the first create of a kind in which none was killed yet, and adds that kind. Pulumi records an operation
 * before it begins it: with that record the moment has come. A create that takes no time (a provider's) may be over when
 * it is first seen: then the moment is right after it.
 */
async function killInNewKind(pid: number, stack: string, ended: Promise<unknown>): Promise<boolean> {
  const running = { still: true };
  void ended.then(() => (running.still = false));
  while (running.still) {
    const { pending, resources } = readState(stack) ?? { pending: [], resources: [] };
    const begun = pending.flatMap(({ resource, type }) => (type === "creating" ? [resource] : []));
    const fresh = kindsOf([...begun, ...resources]).filter((kind) => !killed.has(kind));
    if (fresh.length > 0) {
      killTree(pid);
      for (const kind of fresh) killed.add(kind);
      return true;
    }
    await sleep(2);
  }
  return false;
}

function kindsOf(resources: readonly Resource[]): string[] {
  return resources.filter(({ custom }) => custom).map(({ urn }) => urnType(urn));
}
