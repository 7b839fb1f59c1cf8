import { expect, test } from "@jest/globals";
import { comparePortsApart } from "../../../checks/ports-apart.ts";
import { labWith } from "./lab.ts";

const inspect = {
  kind: "ports apart",
  host: "host1",
  network: "docker_gwbridge",
  nodes: ["box1", "box2"],
} as const;
const lab = labWith();
const on = ["on box1 172.18.0.2", "on box2 172.18.0.3"];
const alive = ["alive box1", "alive box2"];
const verdict = (...lines: string[]) =>
  comparePortsApart(lab, { ...inspect, nodes: [...inspect.nodes] }, lines.join("\n"));

test("ports are apart when nobody reaches another and all are alive, before and after", () => {
  expect(verdict(...on, ...alive, ...alive)).toEqual({
    holds: true,
    observed: "no reply: 172.18.0.2, 172.18.0.3",
  });
});

test.each([
  ["a way", [...on, ...alive, "way box1 box2", ...alive], "box1 reaches box2 at 172.18.0.3"],
  ["one that dies meanwhile", [...on, ...alive, "alive box1"], "box2 does not answer host1"],
  ["one that is not on it", ["on box1 172.18.0.2", "alive box1", "alive box1"], "box2 is not on it"],
  ["silence of all", on, "box1 does not answer host1, box2 does not answer host1"],
])("they are not: %s", (_what, lines, observed) => {
  const found = verdict(...lines);
  expect(found.holds).toBe(false);
  expect(found.observed).toContain(observed);
});

test("a box that is no node of the claim may be reached", () => {
  expect(verdict(...on, "on other 172.18.0.4", ...alive, "way box1 other", ...alive).holds).toBe(true);
});
