import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, jest, test } from "@jest/globals";
import { pulumiLocks } from "../../cli/mending/pulumi-lock.ts";
import { expectRemoved } from "./gone.ts";
import { inLabEnvironment, signal, startVethlab, statusOf, vethlab } from "./vethlab.ts";

/** A run that is at work on a stack keeps others out. */

const stack = `at-work-${process.pid}`;
const up = ["up", "user-bridge", "--stack", stack];

/** Longest time of a test. */
jest.setTimeout(90_000);

afterAll(() => vethlab("down", stack));

test("keeps another vethlab out, which says so; and ends well", async () => {
  const { child, ended } = startVethlab(up);
  await begun();
  const second = await vethlab(...up);
  expect(second.code).toBe(1);
  expect(second.stderr).toContain(
    `Another vethlab (process ${child.pid ?? 0}) is at work on the stack "${stack}"`,
  );
  expect((await vethlab("down", stack)).code).toBe(1);
  expect(await statusOf(stack)).toMatchObject({ health: "running" });
  expect((await ended).code).toBe(0);
});

test("of plain Pulumi keeps its lock", async () => {
  await vethlab(...up);
  await vethlab("preview", stack);
  const refresh = ["refresh", "--yes", "--skip-preview", "--stack", stack, "--non-interactive"];
  const plain = inLabEnvironment("pulumi", ...refresh);
  const pid = await lockedBy();
  // A refresh may be over before a vethlab has looked.
  signal(pid, "SIGSTOP");
  const second = await vethlab(...up);
  signal(pid, "SIGCONT");
  expect(second.code).toBe(1);
  expect(second.stderr).toMatch(new RegExp(`Pulumi \\(process ${pid}, since .*\\) is at work on the stack`));
  expect((await plain).code).toBe(0);
});

test("leaves nothing when it is over, and its stack removed", () => expectRemoved(stack));

/** Waits until somebody has begun to work on the stack. */
function begun(): Promise<true> {
  return eventually(async () => (await statusOf(stack)).health === "running" || undefined);
}

/** Waits until a plain Pulumi has locked the stack; its process id. */
function lockedBy(): Promise<number> {
  return eventually(() => pulumiLocks(stack).find(({ verdict }) => verdict === "live")?.lock.pid);
}

/** Looks again and again until there is something to see. */
async function eventually<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const began = Date.now();
  while (Date.now() - began < 10_000) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await sleep(5);
  }
  throw new Error(`nobody works on ${stack}`);
}
