import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { DrillReport, UndoReport } from "../../checks/drill-results.ts";
import type { Report } from "../../checks/report.ts";
import { testClaims, type TestOptions } from "../../checks/run.ts";
import { ensureNeeds } from "../../cli/needs.ts";
import { topologyOf } from "../../cli/topology-of.ts";
import { keepUndo, undoFile } from "../../cli/mending/undo-record.ts";
import { labEnvironment } from "../../toolchain/environment.ts";
import type { Topology } from "../../topology/document.ts";
import { Stack } from "../live/stack.ts";
import { vethlab } from "../live/vethlab.ts";
import { tracesOf } from "../machine-state.ts";
import { falseClaims } from "./false-claims.ts";
import { lives, longLives } from "./lives.ts";

/**
 * The life of a lab, one of lives.ts: it comes up, a second `up` changes nothing, a setting changes what its preview
 * says, its drills go as claimed, and it goes without a trace. The jest configurations have a project for each.
 */
declare const life: string;

const found = lives[life] ?? longLives[life];
if (found === undefined) throw new Error(`there is no life "${life}"`);
const { lab, config = {}, addresses = {}, changes = [], drills = false, stepLimitMs = 60_000 } = found;
const stack = new Stack(`test-${life.replace(", ", "-")}`, lab);

/** Images and the snapshot of a virtual machine may have to be made first. */
const PREPARE_LIMIT_MS = 20 * 60_000;
jest.setTimeout(stepLimitMs);
/** Longest time of all drills of a lab; swarm-overlay's take 109 s. */
const DRILLS_LIMIT_MS = Math.max(stepLimitMs, 180_000);

beforeAll(() => ensureNeeds({ stack: stack.name, lab }, config, () => undefined), PREPARE_LIMIT_MS);
afterAll(() => vethlab("down", stack.name));

test("comes up, with its addresses as outputs", async () => {
  await stack.init();
  await stack.up(config);
  expect(await flatAddresses()).toMatchObject(addresses);
});

test("all its claims hold", async () => {
  expect(topology().claims.length).toBeGreaterThan(2);
  const { results } = await tested(topology());
  expect(results.filter(({ holds }) => !holds)).toEqual([]);
});

const falseOfIt = Object.values(falseClaims)
  .flat()
  .filter(({ of }) => of === life);

(falseOfIt.length > 0 ? test : test.skip)(
  "claims that are false of it fail, each for its reason",
  async () => {
    const claims = falseOfIt.map(({ claim }) => claim);
    const { results } = await tested({ ...topology(), claims }, { deadlineSeconds: 1 });
    expect(results).toMatchObject(
      falseOfIt.map(({ claim: { summary }, observed }) => ({
        claim: summary,
        holds: false,
        observed: expect.stringMatching(observed),
      })),
    );
  },
);

test("a second up has nothing to do, nor has one after a refresh", async () => {
  expect(await stack.preview()).toEqual([]);
  await stack.refresh();
  expect(await stack.preview()).toEqual([]);
});

for (const { config: change, steps } of changes) {
  // Fails when a claim does not hold. Whatever is plugged or unplugged: the first addresses stay.
  test(`${JSON.stringify(change)} is previewed as it is, and its claims hold`, async () => {
    expect(await stack.preview(change)).toEqual(steps);
    await stack.up(change);
    expect(await flatAddresses()).toMatchObject(addresses);
  });
}

(drills ? describe : describe.skip)("its drills", () => {
  test(
    "go as claimed, one after another",
    async () => {
      const { code, stdout, stderr } = await vethlab("drill", stack.name, "--json");
      expect(stderr).toBe("");
      const report = JSON.parse(stdout) as DrillReport;
      expect(notAsClaimed(report)).toEqual([]);
      const names = topology().drills.map(({ name }) => name);
      expect(names).not.toEqual([]);
      expect(report.drills.map(({ name }) => name)).toEqual(names);
      expect(report).toMatchObject({ version: 1, stack: stack.name, lab, ok: true, notMade: [] });
      expect(existsSync(undoFile(stack.name))).toBe(false);
      expect(code).toBe(0);
      console.log(
        report.drills.map(({ name, seconds }) => `${lab} ${name}: ${seconds.toFixed(1)} s`).join("\n"),
      );
    },
    DRILLS_LIMIT_MS,
  );

  test(
    "can be undone when they were killed before they did anything",
    async () => {
      for (const { name, steps } of topology().drills) {
        const undo = steps.flatMap(({ title, on, undo: script }) =>
          script === undefined ? [] : [{ title, on, undo: script }],
        );
        if (undo.length === 0) continue;
        keepUndo(topology(), name, undo);
        const { stdout } = await vethlab("drill", stack.name, "--undo", "--json");
        const { undone, after } = JSON.parse(stdout) as UndoReport;
        expect(undone.filter(({ ok }) => !ok)).toEqual([]);
        expect(after?.results.filter(({ holds }) => !holds)).toEqual([]);
      }
    },
    DRILLS_LIMIT_MS,
  );

  test("leave the lab as it was", async () => {
    const { stdout } = await vethlab("status", stack.name, "--json");
    expect(JSON.parse(stdout)).toEqual({ stack: stack.name, lab, health: "healthy", findings: [] });
  });
});

test("is destroyed, and nothing of it is left", async () => {
  await stack.remove();
  expect(await tracesOf(stack.name)).toEqual([]);
});

async function tested(lab: Topology, options: TestOptions = {}): Promise<Report> {
  return testClaims(lab, { ...options, env: { ...process.env, ...(await labEnvironment()) } });
}

const topology = (): Topology => topologyOf({ stack: stack.name, lab });

/** What of a report is not as claimed, short enough to be read. */
function notAsClaimed({ before, drills: made }: DrillReport): unknown[] {
  const reports = [
    before,
    ...made.flatMap(({ steps, after }) => [...steps.map(({ report }) => report), after]),
  ];
  const scripts = made.flatMap(({ steps, undone }) => [...steps, ...undone]);
  return [
    ...reports.flatMap((report) => report?.results.filter(({ holds }) => !holds) ?? []),
    ...scripts
      .filter(({ status }) => status !== 0)
      .map(({ byHand, status, stderr }) => ({ byHand, status, stderr })),
    ...made.flatMap(({ stopped }) => stopped ?? []),
  ];
}

/** node -> network -> address with prefix length, as the stack's output tells them. */
async function flatAddresses(): Promise<Record<string, Record<string, string>>> {
  return Object.fromEntries(
    Object.entries(await stack.addresses()).map(([node, networks]) => [
      node,
      Object.fromEntries(
        Object.entries(networks).map(([network, { address, prefixLength }]) => [
          network,
          `${address}/${prefixLength}`,
        ]),
      ),
    ]),
  );
}
