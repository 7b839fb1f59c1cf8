import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, jest, test } from "@jest/globals";
import { readState } from "../../cli/backend.ts";
import { processName } from "../../cli/mending/pulumi-lock.ts";
import type { PendingOperation } from "../../cli/mending/state.ts";
import { randomFrom } from "../random.ts";
import { expectRemoved } from "./gone.ts";
import { commandLine, killTree, signal, startVethlab, stopTree, vethlab } from "./vethlab.ts";

/** A run is killed with all that it has started: one `up` makes the lab whole, and `down` leaves nothing of it. */

const stack = `killed-runs-${process.pid}`;
const up = ["up", "user-bridge", "--stack", stack];

/** Longest time of a test: ten runs that are killed, one that mends, one that removes. */
jest.setTimeout(300_000);

afterAll(() => vethlab("down", stack));

/** Starts a run, and kills it after so long. */
async function killAfter(ms: number, args: readonly string[]): Promise<void> {
  const { child, ended } = startVethlab(args);
  const timer = setTimeout(() => {
    killTree(child.pid ?? 0);
  }, ms);
  await ended;
  clearTimeout(timer);
}

async function expectWhole(): Promise<void> {
  const { code, stdout, stderr } = await vethlab(...up, "--json");
  const { ok, ...report } = JSON.parse(stdout) as { ok: boolean };
  if (!ok) console.log(JSON.stringify(report, undefined, 1)); // which says why
  expect({ code, ok, stderr }).toEqual({ code: 0, ok: true, stderr: "" });
}

test("ten times at any moment, each run going on from what the one before has left", async () => {
  const seed = Number(process.env["VETHLAB_SEED"] ?? Date.now() % 1_000_000);
  const random = randomFrom(seed);
  // From the start of the command to the end of the tests, which take seven seconds on the development machine.
  const moments = Array.from({ length: 10 }, () => 300 + Math.round(random() * 6700));
  console.log(`VETHLAB_SEED=${seed}: killed after ${moments.join(", ")} ms`);
  for (const ms of moments) await killAfter(ms, up);
  await expectWhole();
  await expectRemoved(stack);
});

test("and removed without being mended first", async () => {
  await killAfter(3500, up);
  await expectRemoved(stack);
});

test("and a plugin of it goes on: the next run ends that", async () => {
  const { child, ended } = startVethlab(up);
  // Pulumi's record says that a plugin is at work.
  const atWork = ({ resource }: PendingOperation) => resource.type === "command:local:Command";
  while (readState(stack)?.pending.some(atWork) !== true) await sleep(20);
  const tree = stopTree(child.pid ?? 0);
  // Another plugin may be starting: such a one ends when nobody reads its port.
  const plugin = tree.find((pid) => commandLine(pid).includes("pulumi-resource-command")) ?? NaN;
  for (const pid of tree) signal(pid, pid === plugin ? "SIGCONT" : "SIGKILL");
  await ended;
  expect(processName(plugin)).toBe("pulumi-resource"); // cut to 15 characters
  const { stdout } = await vethlab(...up, "--json");
  const { repairs } = JSON.parse(stdout) as { repairs: string[] };
  expect(repairs).toContain("a killed run has left pulumi-resource at work: ended");
  expect(processName(plugin)).toBeUndefined();
  await expectRemoved(stack);
});

test("while it removes", async () => {
  await vethlab(...up);
  await killAfter(1000, ["down", stack]);
  await expectWhole();
  await expectRemoved(stack);
});
