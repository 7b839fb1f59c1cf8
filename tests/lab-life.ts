import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { testClaims } from "../checks/run.ts";
import { ensureNeeds } from "../cli/needs.ts";
import { labEnvironment } from "../toolchain/environment.ts";
import { machineState } from "./machine-state.ts";
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
 * preview says, and when it is gone the machine is as before.
 */
export function livesAsItShould(cases: readonly LabCase[]): void {
  describe.each(cases)("$lab $config", ({ lab, config, addresses, variants }) => {
    const stack = new Stack(`test-${lab}`, lab);
    let before: string;

    // What only some labs take is built when it is first asked for.
    beforeAll(async () => {
      await ensureNeeds({ stack: stack.name, lab }, config, () => undefined);
      before = await machineState();
      await stack.init(config);
    }, 10 * 60_000);

    // Also when a test has failed: nothing of a test stays.
    afterAll(() => stack.pulumi("destroy", "--yes", "--skip-preview", "--remove"));

    test("comes up, with its addresses as outputs", async () => {
      await stack.up();
      expect(await flatAddresses(stack)).toMatchObject(addresses);
    });

    test("all its claims hold", async () => {
      expect((await stack.topology()).claims.length).toBeGreaterThan(2);
      expect(await brokenClaims(stack)).toEqual([]);
    });

    test("a second up has nothing to do, nor has one after a refresh", async () => {
      expect(await stack.preview()).toEqual([]);
      await stack.refresh();
      expect(await stack.preview()).toEqual([]);
    });

    for (const { config: change, steps } of variants) {
      test(`${JSON.stringify(change)} is previewed as it is, and its claims hold`, async () => {
        await stack.configure(change);
        expect(await stack.preview()).toEqual(steps);
        // Fails when a claim does not hold.
        await stack.up();
        // Whatever is plugged or unplugged: the first addresses stay.
        expect(await flatAddresses(stack)).toMatchObject(addresses);
      });
    }

    test("is destroyed, and the machine is as before", async () => {
      await stack.remove();
      expect(await machineState()).toBe(before);
    });
  });
}

async function brokenClaims(stack: Stack): Promise<unknown[]> {
  const env = { ...process.env, ...(await labEnvironment()) };
  const { results } = await testClaims(await stack.topology(), { env });
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
