import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { DrillReport, DrillResult, ScriptResult } from "../../../../checks/drill-results.ts";
import type { Report } from "../../../../checks/results.ts";
import { DrillView, drillsSummary, undoSummary } from "../../../../cli/showing/show-drill.ts";

const report = (ok: boolean): Report => ({
  version: 1,
  stack: "nat-egress",
  lab: "nat-egress",
  startedAt: "2026-11-21T10:00:00.000Z",
  seconds: 0.5,
  ok,
  results: [],
});
const script: ScriptResult = {
  title: "flush nat",
  on: "host1",
  script: "iptables -t nat -F",
  byHand: "npx vethlab exec nat-egress host1 -- iptables -t nat -F",
  ok: true,
  status: 0,
  stdout: "",
  stderr: "",
  seconds: 0.1,
};
const result = (change: Partial<DrillResult>): DrillResult => ({
  name: "no-masquerade",
  title: "no way out without MASQUERADE",
  ok: true,
  seconds: 3.21,
  steps: [{ ...script, report: report(true) }],
  undone: [script],
  after: report(true),
  ...change,
});
const drills = (change: Partial<DrillReport>): DrillReport => ({
  version: 1,
  stack: "nat-egress",
  lab: "nat-egress",
  startedAt: "2026-11-21T10:00:00.000Z",
  seconds: 4,
  ok: true,
  before: report(true),
  drills: [result({})],
  notMade: [],
  ...change,
});

test("the sum of several drills", () => {
  expect(drillsSummary(drills({}))).toBe("1 of 1 drills went as claimed (4.0 s)");
  expect(drillsSummary(drills({ drills: [result({ ok: false })], notMade: ["policy"] }))).toBe(
    "0 of 2 drills went as claimed (4.0 s); not made: policy",
  );
  expect(drillsSummary(drills({ before: report(false), drills: [], notMade: ["policy"] }))).toBe(
    "nat-egress does not do what it claims, so no drill is made. npx vethlab up nat-egress mends what it can.",
  );
  const interrupted = { stopped: "interrupted (SIGINT)", before: report(false), drills: [], notMade: ["a"] };
  expect(drillsSummary(drills(interrupted))).toBe(
    "interrupted (SIGINT): 0 of 1 drills went as claimed (4.0 s); not made: a",
  );
});

test("the end of --undo", () => {
  const base = { version: 1 as const, stack: "nat-egress", lab: "nat-egress", ok: true, undone: [script] };
  expect(undoSummary({ ...base, undone: [] })).toBe("nat-egress: nothing is to be undone.");
  expect(undoSummary({ ...base, drill: "x", after: report(true) })).toBe(
    '0 of 0 claims hold (0.5 s)\nThe drill "x" is undone.',
  );
  expect(undoSummary({ ...base, drill: "x", undone: [{ ...script, ok: false }] })).toBe(
    "1 of 1 steps could not be undone: npx vethlab up nat-egress sees to it.",
  );
});

describe("the end of a drill", () => {
  let lines: string[] = [];
  beforeEach(() => {
    lines = [];
    jest.spyOn(console, "log").mockImplementation((line = "") => void lines.push(String(line)));
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const failed = { ...script, ok: false, status: 3, stderr: "iptables: bad rule" };
  test.each<[string, Partial<DrillResult>, string[]]>([
    ["went well", {}, ["no-masquerade: went as claimed (3.2 s)"]],
    ["failed at a step", { ok: false, steps: [failed] }, ['no-masquerade: failed, at "flush nat" (3.2 s)']],
    [
      "was interrupted",
      { ok: false, stopped: "interrupted (SIGINT)" },
      ["no-masquerade: failed, interrupted (SIGINT) (3.2 s)"],
    ],
    [
      "could not be undone",
      { ok: false, undone: [failed] },
      [
        "no-masquerade: failed, the lab is not as it was before (3.2 s)",
        "Not everything could be undone: npx vethlab up nat-egress sees to it.",
      ],
    ],
    [
      "left the lab other than it was",
      { ok: false, after: report(false) },
      [
        "no-masquerade: failed, the lab is not as it was before (3.2 s)",
        "Build it anew: npx vethlab down nat-egress && npx vethlab up nat-egress",
      ],
    ],
  ])("that %s", (_, change, end) => {
    new DrillView("nat-egress", new AbortController().signal).after(result(change));
    expect(lines.slice(-end.length)).toEqual(end);
  });

  test("a script's output stands below it, and its failure", () => {
    new DrillView("nat-egress", new AbortController().signal).undone(failed);
    expect(lines).toEqual(["   iptables: bad rule", "   failed, status 3"]);
  });
});
