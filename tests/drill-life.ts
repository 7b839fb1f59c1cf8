import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@jest/globals";
import type { DrillReport, UndoReport } from "../checks/drill-results.ts";
import { labNames } from "../cli/labs.ts";
import { ensureNeeds } from "../cli/needs.ts";
import { topologyOf } from "../cli/topology-of.ts";
import { keepUndo, undoFile } from "../cli/undo-record.ts";
import { projectRoot } from "../toolchain/paths.ts";
import type { Drill } from "../topology/drills.ts";
import { type LaneOptions, type Life, liveInLanes } from "./lanes.ts";
import { vethlab } from "./live/vethlab.ts";

/** The labs with drills: to build a lab only to see that it has none takes too long. */
const labsWithDrills = labNames().filter((lab) => /\bdrills\b/.test(sourceOf(lab)));

function sourceOf(lab: string): string {
  return readFileSync(join(projectRoot, "stacks", `${lab}.ts`), "utf8");
}

/** The labs with drills that stand on several hosts. */
export const widelyDrilled = labsWithDrills.filter((lab) => /\bwide(Lab)?Ground\b/.test(sourceOf(lab)));

/** The labs with drills that stand on one host. */
export const drilledLabs = labsWithDrills.filter((lab) => !widelyDrilled.includes(lab));

/** Every drill of the labs is made, and leaves everything as it was. */
export function drillsGoAsClaimed(labs: readonly string[], options: LaneOptions): void {
  liveInLanes(labs.map(lifeOf), options);
}

function lifeOf(lab: string): Life {
  const stack = `drills-${lab}`;
  return {
    title: `the drills of ${lab}`,
    prepare: () => ensureNeeds({ stack, lab }, {}, () => undefined),
    steps: [
      [
        "have a lab to be made on",
        async () => {
          const { code, stderr } = await vethlab("up", lab, "--stack", stack);
          expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
        },
      ],
      [
        "go as claimed, one after another",
        async () => {
          const { code, stdout, stderr } = await vethlab("drill", stack, "--json");
          expect(stderr).toBe("");
          const report = JSON.parse(stdout) as DrillReport;
          expect(notAsClaimed(report)).toEqual([]);
          expect(report).toMatchObject({ version: 1, stack, lab, ok: true, notMade: [] });
          expect(report.drills.map(({ name }) => name)).toEqual(drillsOf(stack, lab).map(({ name }) => name));
          expect(existsSync(undoFile(stack))).toBe(false);
          expect(code).toBe(0);
          console.log(
            report.drills.map(({ name, seconds }) => `${lab} ${name}: ${seconds.toFixed(1)} s`).join("\n"),
          );
        },
      ],
      [
        "can be undone when they were killed before they did anything",
        async () => {
          for (const { name, steps } of drillsOf(stack, lab)) {
            const undo = steps.flatMap((step) =>
              step.undo === undefined ? [] : [{ ...step, undo: step.undo }],
            );
            if (undo.length === 0) continue;
            keepUndo(
              topologyOf({ stack, lab }),
              name,
              undo.map(({ title, on, undo: script }) => ({ title, on, undo: script })),
            );
            const { stdout } = await vethlab("drill", stack, "--undo", "--json");
            const { undone, after } = JSON.parse(stdout) as UndoReport;
            expect(undone.filter(({ ok }) => !ok)).toEqual([]);
            expect(after?.results.filter(({ holds }) => !holds)).toEqual([]);
          }
        },
      ],
      [
        "leave the lab as it was",
        async () => {
          const { stdout } = await vethlab("status", stack, "--json");
          expect(JSON.parse(stdout)).toEqual({ stack, lab, health: "healthy", findings: [] });
        },
      ],
      [
        "are gone with their lab",
        async () => {
          expect((await vethlab("down", stack)).code).toBe(0);
        },
      ],
    ],
    end: () => vethlab("down", stack),
  };
}

/** What of a report is not as claimed, short enough to be read. */
function notAsClaimed({ before: first, drills }: DrillReport): unknown[] {
  const claims = [
    first,
    ...drills.flatMap(({ steps, after }) => [...steps.map(({ report }) => report), after]),
  ];
  const scripts = drills.flatMap(({ steps, undone }) => [...steps, ...undone]);
  return [
    ...claims.flatMap((report) => report?.results.filter(({ holds }) => !holds) ?? []),
    ...scripts
      .filter(({ status }) => status !== 0)
      .map(({ byHand, status, stderr }) => ({ byHand, status, stderr })),
    ...drills.flatMap(({ stopped }) => stopped ?? []),
  ];
}

function drillsOf(stack: string, lab: string): Drill[] {
  return topologyOf({ stack, lab }).drills;
}
