import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import type { Topology } from "../../../../topology/document.ts";
import {
  describeUndo,
  forgetUndo,
  keepUndo,
  leftUndone,
  stillStanding,
  undoFile,
} from "../../../../cli/mending/undo-record.ts";
import { project } from "../../../../toolchain/project.ts";
import { labWith } from "../../checks/lab.ts";

const stack = "test-undo-record";
const topology: Topology = {
  ...labWith(),
  stack,
  hosts: [
    { name: "host1", kind: "container", container: "vethlab-try-host1", containerId: "abc" },
    { name: "local", kind: "local" },
  ],
};
const flush = { title: "flush the nat table", on: "host1", undo: "iptables-restore < /tmp/rules" };
const stop = { title: "stop box1", on: "box1", undo: "true" };

/** A stack's state with resources of these ids. */
const stateFile = join(join(project.home, "state"), ".pulumi", "stacks", "vethlab", `${stack}.json`);
function recordState(...ids: string[]): void {
  mkdirSync(dirname(stateFile), { recursive: true });
  const resources = ids.map((id) => ({ urn: `urn:${id}`, type: "x", custom: true, id }));
  writeFileSync(stateFile, JSON.stringify({ version: 3, checkpoint: { latest: { resources } } }));
}

afterEach(() => {
  forgetUndo(stack);
  rmSync(stateFile, { force: true });
});

test("what is kept is read again, whole, and nothing else is left beside it", () => {
  recordState("abc");
  keepUndo(topology, "no-masquerade", [flush]);
  keepUndo(topology, "no-masquerade", [flush, stop]);
  expect(leftUndone(stack)).toEqual({ version: 1, drill: "no-masquerade", steps: [flush, stop], topology });
  expect(readdirSync(dirname(undoFile(stack)))).toContain(`${stack}.json`);
});

test("with nothing left to undo there is no record", () => {
  recordState("abc");
  keepUndo(topology, "no-masquerade", [flush]);
  keepUndo(topology, "no-masquerade", []);
  expect(existsSync(undoFile(stack))).toBe(false);
  expect(leftUndone(stack)).toBeUndefined();
});

describe("what was done in a host that is no more", () => {
  test.each([
    ["another host stands in its place", ["def"]],
    ["the lab was removed", []],
  ])("went with it: %s", (_, ids) => {
    recordState(...ids);
    keepUndo(topology, "no-masquerade", [flush]);
    expect(leftUndone(stack)).toBeUndefined();
    expect(existsSync(undoFile(stack))).toBe(false);
  });

  test("is told from what was done in one that still stands", () => {
    const local: Topology["nodes"][number] = {
      name: "web",
      kind: "container",
      host: "local",
      container: "x-web",
      interfaces: [],
    };
    const record = {
      version: 1 as const,
      drill: "both",
      steps: [flush, { ...stop, on: "web" }],
      topology: { ...topology, nodes: [...topology.nodes, local] },
    };
    expect(stillStanding(record, new Set(["other"])).map(({ on }) => on)).toEqual(["web"]);
  });
});

test("says what is undone, last first, and how by hand", () => {
  const lines = describeUndo({ version: 1, drill: "no-masquerade", steps: [flush, stop], topology });
  expect(lines).toEqual([
    'The drill "no-masquerade" was broken off, and is not undone:',
    "  stop box1 (on box1); by hand:",
    `    npx vethlab exec ${stack} box1 -- true`,
    "  flush the nat table (on host1); by hand:",
    `    npx vethlab exec ${stack} host1 -- sh -c 'iptables-restore < /tmp/rules'`,
    `Undo it with: npx vethlab drill ${stack} --undo  (npx vethlab up ${stack} does it too)`,
  ]);
});
