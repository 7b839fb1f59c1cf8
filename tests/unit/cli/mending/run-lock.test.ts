import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { runLockHolder, withRunLock } from "../../../../cli/mending/run-lock.ts";

/** A process of its own that takes the lock of a stack and keeps it. */
async function keeper(stack: string) {
  const program = `
    import { withRunLock } from ${JSON.stringify(new URL("../../../../cli/mending/run-lock.ts", import.meta.url).href)};
    await withRunLock(${JSON.stringify(stack)}, () => { console.log("taken"); return new Promise((r) => setTimeout(r, 60_000)); });`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", program]);
  await once(child.stdout, "data");
  return child;
}

const unique = (name: string): string => `${name}-${process.pid}`;

describe("withRunLock", () => {
  test("gives back what the work gives, and lets the next run in", async () => {
    const stack = unique("in-turn");
    expect(await withRunLock(stack, () => Promise.resolve(1))).toBe(1);
    expect(await withRunLock(stack, () => Promise.resolve(2))).toBe(2);
  });

  test("lets the next run in after work that failed", async () => {
    const stack = unique("failing");
    await expect(withRunLock(stack, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await withRunLock(stack, () => Promise.resolve(2))).toBe(2);
  });

  test("keeps runs on different stacks apart", async () => {
    const both = withRunLock(unique("one"), () => withRunLock(unique("two"), () => Promise.resolve("both")));
    expect(await both).toBe("both");
  });

  test("refuses a second run and says which process is at work; a killed one is no hindrance", async () => {
    const stack = unique("killed");
    const child = await keeper(stack);
    expect(await runLockHolder(stack)).toBe(String(child.pid));
    await expect(withRunLock(stack, () => Promise.resolve())).rejects.toThrow(`process ${child.pid ?? 0}`);
    child.kill("SIGKILL");
    await once(child, "exit");
    await sleep(0);
    expect(await runLockHolder(stack)).toBeUndefined();
    expect(await withRunLock(stack, () => Promise.resolve("mine"))).toBe("mine");
  });
});
