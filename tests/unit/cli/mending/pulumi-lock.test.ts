import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, test } from "@jest/globals";
import { judge, processName } from "../../../../cli/mending/pulumi-lock.ts";

const lock = { pid: 42, username: "root", hostname: "here", timestamp: "2026-11-21T10:06:53Z" };

describe("judge", () => {
  test("a lock whose pulumi runs is live", () => {
    expect(judge(lock, "here", () => "pulumi")).toBe("live");
  });

  test("a lock whose process is gone is dead", () => {
    expect(judge(lock, "here", () => undefined)).toBe("dead");
  });

  test("a lock whose process id is another program's by now is dead", () => {
    expect(judge(lock, "here", () => "firefox")).toBe("dead");
  });

  test("a lock of another machine cannot be judged here", () => {
    expect(judge(lock, "there", () => undefined)).toBe("foreign");
  });
});

describe("processName", () => {
  test("names a process that runs", () => {
    expect(processName(process.pid)).toBeDefined();
  });

  test("knows no process that has ended, reaped or not", async () => {
    const child = spawn("sleep", ["60"]);
    const { pid = 0 } = child;
    expect(processName(pid)).toBe("sleep");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(processName(pid)).toBeUndefined();
  });
});
