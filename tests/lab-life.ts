import { expect } from "@jest/globals";
import { testClaims } from "../checks/run.ts";
import { ensureNeeds } from "../cli/needs.ts";
import { labEnvironment } from "../toolchain/environment.ts";
import type { Topology } from "../topology/document.ts";
import { type LaneOptions, type Life, liveInLanes } from "./lanes.ts";
import { Stack } from "./live/stack.ts";

/** A setting that is changed on the standing lab: what a preview must announce, and nothing else. */
interface Variant {
  config: Record<string, string>;
  steps: string[];
}

export interface LabCase {
  lab: string;
  config: Record<string, string>;
  addresses: Record<string, Record<string, string>>;
  variants: Variant[];
}

/**
 * The life of labs, each a case: it comes up, its claims hold, a second `up` changes nothing, a setting changes what its
 * preview says, and when all are gone the machine is as before.
 */
export function livesAsItShould(cases: readonly LabCase[], options: LaneOptions): void {
  liveInLanes(cases.map(lifeOf), options);
}

function lifeOf({ lab, config, addresses, variants }: LabCase): Life {
  // A lab may live twice at one time, on different hosts.
  const { host } = config;
  const stack = new Stack(host === undefined ? `test-${lab}` : `test-${lab}-${host}`, lab);
  return {
    title: `${lab} ${JSON.stringify(config)}`,
    prepare: () => ensureNeeds({ stack: stack.name, lab }, config, () => undefined),
    steps: [
      [
        "comes up, with its addresses as outputs",
        async () => {
          await stack.init(config);
          await stack.up();
          expect(await flatAddresses(stack)).toMatchObject(addresses);
        },
      ],
      [
        "all its claims hold",
        async () => {
          const topology = await stack.topology();
          expect(topology.claims.length).toBeGreaterThan(2);
          expect(await brokenClaims(topology)).toEqual([]);
        },
      ],
      [
        "a second up has nothing to do, nor has one after a refresh",
        async () => {
          expect(await stack.preview()).toEqual([]);
          await stack.refresh();
          expect(await stack.preview()).toEqual([]);
        },
      ],
      ...variants.map(({ config: change, steps }): Life["steps"][number] => [
        `${JSON.stringify(change)} is previewed as it is, and its claims hold`,
        async () => {
          await stack.configure(change);
          expect(await stack.preview()).toEqual(steps);
          // Fails when a claim does not hold.
          await stack.up();
          // Whatever is plugged or unplugged: the first addresses stay.
          expect(await flatAddresses(stack)).toMatchObject(addresses);
        },
      ]),
      ["is destroyed", () => stack.remove()],
    ],
    end: () => stack.pulumi("destroy", "--yes", "--skip-preview", "--remove"),
  };
}

async function brokenClaims(topology: Topology): Promise<unknown[]> {
  const env = { ...process.env, ...(await labEnvironment()) };
  const { results } = await testClaims(topology, { env });
  return results.filter(({ holds }) => !holds);
}

/** node -> network -> address with prefix length. */
async function flatAddresses(stack: Stack): Promise<Record<string, Record<string, string>>> {
  return Object.fromEntries(
    Object.entries(await stack.addresses()).map(([node, networks]) => [
      node,
      Object.fromEntries(
        Object.entries(networks).map(([network, { address, prefixLength }]) => [
          network,
          `${address}/${prefixLength}`,
        ]),
      ),
    ]),
  );
}
