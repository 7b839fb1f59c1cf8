import { expect } from "@jest/globals";
import { expectRemoved } from "./gone.ts";
import { statusOf, vethlab } from "./vethlab.ts";

/** What somebody does to a standing lab, by what it is in words. */
export type Changes = Record<string, (stack: string) => Promise<unknown>>;

/** A shell script on a lab host. */
export const onHost =
  (script: string, host = "host1") =>
  (stack: string): Promise<unknown> =>
    vethlab("exec", stack, host, "--", "sh", "-ec", script);

/** Brings a lab up, and breaks it in one way after another: `status` says so, and one `up` makes it whole. */
export async function expectHealed(stack: string, lab: string, changes: Changes): Promise<void> {
  const up = ["up", lab, "--stack", stack, "--json"];
  expect((await vethlab(...up)).code).toBe(0);
  for (const [what, change] of Object.entries(changes)) {
    expect({ what, ...(await statusOf(stack)) }).toMatchObject({ what, health: "healthy" });
    await change(stack);
    expect({ what, ...(await statusOf(stack)) }).toMatchObject({ what, health: "drifted" });
    const { code, stdout } = await vethlab(...up);
    expect({ what, code, ...(JSON.parse(stdout) as object) }).toMatchObject({ what, code: 0, ok: true });
  }
  await expectRemoved(stack);
}
