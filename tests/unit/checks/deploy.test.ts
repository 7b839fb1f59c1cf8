import { expect, test } from "@jest/globals";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ping } from "../../../checks/claims.ts";
import { standingFile, standingIn, turnIn, writeReport } from "../../../checks/report-file.ts";
import type { Report } from "../../../checks/results.ts";
import { labWith } from "./lab.ts";

const program = join(import.meta.dirname, "../../../checks/deploy.ts");

/** Without docker on PATH: every claim fails at once, and nothing is touched. */
function deploy(input: string, env: Record<string, string> = {}, task = "test") {
  return spawnSync(process.execPath, [program, task], {
    input,
    encoding: "utf8",
    env: { PATH: "/nowhere", ...env },
  });
}

test("input that is no topology, and claims about what is not there: exit 2", () => {
  const unknownNode = JSON.stringify(labWith(ping("box1", "box22")));
  for (const [input, message] of [
    ["{", "standard input"],
    ["{}", "claims"],
    [unknownNode, "did you mean"],
  ] as const) {
    const { status, stderr } = deploy(input);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at "); // no stack trace
  }
});

test("claims that fail: the table on stderr, the report in the file, exit 1", () => {
  const folder = mkdtempSync(join(tmpdir(), "vethlab-deploy-"));
  try {
    const results = join(folder, "made", "try.json");
    const topology = JSON.stringify(labWith(ping("box1", "box2")));
    const run = deploy(topology, { VETHLAB_RESULTS: results });
    expect(run).toMatchObject({ status: 1, stdout: "" });
    expect(run.stderr).toContain("0 of 1 claims hold");
    expect(JSON.parse(readFileSync(results, "utf8"))).toMatchObject({ version: 1, ok: false, stack: "try" });
    expect(existsSync(`${results}.${run.pid}`)).toBe(false);
    const turn = turnIn(results);
    expect(turn).not.toBe("");
    // `vethlab up` tests at its end. Until then nothing is green, and the next deployment tests again.
    const deferred = { VETHLAB_RESULTS: results, VETHLAB_TURN: turn, VETHLAB_DEFER: "1" };
    expect(deploy(topology, deferred)).toMatchObject({ status: 0 });
    const untested = JSON.parse(readFileSync(results, "utf8")) as Report;
    expect(untested).toMatchObject({ ok: false, stack: "try", results: [] });
    expect(turnIn(results)).not.toBe(turn);
    writeReport(results, labWith(ping("box1", "box2")), { ...untested, ok: true }, turn);
    expect(standingIn(results)).toContain("box1");
    expect(turnIn(results)).toBe(turn); // proven: as recorded, nothing to do
    mkdirSync(dirname(standingFile(results)));
    writeFileSync(standingFile(results), "{}");
    deploy("", { VETHLAB_RESULTS: results }, "forget");
    expect(existsSync(standingFile(results))).toBe(false);
    expect(existsSync(results)).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
