import { expect, test } from "@jest/globals";
import { reportJUnit } from "../../../checks/junit.ts";
import { exitStatusOf, type Report, reportTable, summaryOf } from "../../../checks/report.ts";

const report: Report = {
  version: 1,
  stack: "user-bridge",
  lab: "user-bridge",
  startedAt: "2026-11-21T10:00:00.000Z",
  seconds: 0.83,
  ok: false,
  results: [
    {
      claim: "box1 pings box2 by name",
      polarity: "positive",
      holds: true,
      expected: "reply",
      observed: "reply from 172.18.0.3 in 0.045 ms",
      seconds: 0.021,
      byHand: "npx vethlab exec user-bridge box1 -- ping -c 1 box2",
    },
    {
      claim: "box3 gets no reply from box1",
      polarity: "negative",
      holds: false,
      expected: "no reply",
      observed: "reply from 172.18.0.2 in 0.051 ms",
      seconds: 0.52,
      byHand: "npx vethlab exec user-bridge box3 -- ping -c 1 172.18.0.2",
    },
  ],
};

test("the table: what failed first, how to see it by hand, the sum", () => {
  const table = reportTable(report, { colour: false });
  expect(table).toMatchInlineSnapshot(`
   "┌───┬───────────────────────────────────────┬─────────────────┬──────────────────────────────────────┬───────┐
   │   │ claim                                 │ expected        │ observed                             │    ms │
   ├───┼───────────────────────────────────────┼─────────────────┼──────────────────────────────────────┼───────┤
   │ ✘ │ box3 gets no reply from box1          │ no reply        │ reply from 172.18.0.2 in 0.051 ms    │   520 │
   │ ✔ │ box1 pings box2 by name               │ reply           │ reply from 172.18.0.3 in 0.045 ms    │    21 │
   └───┴───────────────────────────────────────┴─────────────────┴──────────────────────────────────────┴───────┘
   See for yourself:
     npx vethlab exec user-bridge box3 -- ping -c 1 172.18.0.2
   1 of 2 claims hold (0.8 s)"
  `);
  expect(Math.max(...table.split("\n").map((line) => line.length))).toBeLessThanOrEqual(110);
});

test("colours only when asked for", () => {
  const escape = "\u001b[";
  expect(reportTable(report, { colour: false })).not.toContain(escape);
  expect(reportTable(report, { colour: true })).toContain(`${escape}31m✘`);
});

test("the sum, and the exit status", () => {
  expect(summaryOf(report)).toBe("1 of 2 claims hold (0.8 s)");
  expect(exitStatusOf(report)).toBe(1);
  expect(exitStatusOf({ ...report, ok: true })).toBe(0);
});

test("JUnit: a test case for each claim", () => {
  expect(reportJUnit(report)).toMatchInlineSnapshot(`
   "<?xml version="1.0" encoding="UTF-8"?>
   <testsuites tests="2" failures="1" errors="0" skipped="0">
     <testsuite name="vethlab user-bridge" timestamp="2026-11-21T10:00:00" time="0.83" tests="2" failures="1" errors="0" skipped="0">
       <testcase classname="user-bridge.positive" name="box1 pings box2 by name" time="0.021"/>
       <testcase classname="user-bridge.negative" name="box3 gets no reply from box1" time="0.52">
         <failure message="expected no reply, observed reply from 172.18.0.2 in 0.051 ms&#xA;npx vethlab exec user-bridge box3 -- ping -c 1 172.18.0.2"/>
       </testcase>
     </testsuite>
   </testsuites>"
  `);
});
