import { execFile } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { project } from "../../../toolchain/project.ts";
import { labWith } from "../checks/lab.ts";

const launcher = fileURLToPath(new URL("../../../cli/vethlab.mjs", import.meta.url));
const folder = join(join(project.home, "state"), ".pulumi", "stacks", "vethlab");

function vethlab(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [launcher, ...args], (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, stdout, stderr });
    });
  });
}

const step = { title: "take the link down", on: "box1", run: "true", then: [] };
const drills = [
  { name: "link-down", title: "a link goes down and comes up", steps: [step, { ...step, title: "look" }] },
  { name: "engine-restart", title: "the engine is restarted", steps: [step] },
];

const stacks = { "test-drill": drills, "test-no-drills": [] };
beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  for (const [stack, its] of Object.entries(stacks)) {
    const topology = { ...labWith(), stack, lab: "user-bridge", drills: its };
    const resources = [{ urn: "urn", type: "pulumi:pulumi:Stack", outputs: { topology } }];
    const state = { version: 3, checkpoint: { latest: { resources } } };
    writeFileSync(join(folder, `${stack}.json`), JSON.stringify(state));
  }
});
afterAll(() => {
  for (const stack of Object.keys(stacks)) rmSync(join(folder, `${stack}.json`));
});

test("the help has an example", async () => {
  const { code, stdout } = await vethlab("drill", "--help");
  expect(code).toBe(0);
  expect(stdout).toContain("$ npx vethlab drill user-bridge --list");
});

test("--list names drills, titles and steps", async () => {
  const { code, stdout } = await vethlab("drill", "test-drill", "--list");
  expect(code).toBe(0);
  expect(stdout).toBe(
    [
      "link-down: a link goes down and comes up",
      "  1. take the link down",
      "  2. look",
      "",
      "engine-restart: the engine is restarted",
      "  1. take the link down",
      "",
    ].join("\n"),
  );
});

test("--list --json gives the drills as data", async () => {
  const { code, stdout } = await vethlab("drill", "test-drill", "link-down", "--list", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual([drills[0]]);
});

describe("wrong use ends with 2 and says what would be right", () => {
  test.each([
    [["drill"], "missing required argument 'lab'"],
    [["drill", "user-brige"], 'did you mean "user-bridge"?'],
    [["drill", "default-bridge"], "npx vethlab up default-bridge"],
    [["drill", "test-no-drills"], '"test-no-drills" has no drills.'],
    [["drill", "test-drill", "link-dwon"], 'no drill "link-dwon": did you mean "link-down"?'],
    [["drill", "user-bridge", "--step"], "it needs a terminal"],
    [["drill", "user-bridge", "--step", "--json"], "goes without --list and --json"],
    [["drill", "user-bridge", "link-down", "--undo"], "goes with no drill's name"],
  ])("vethlab %j", async (args, words) => {
    const { code, stderr, stdout } = await vethlab(...args);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });
});
