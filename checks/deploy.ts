/**
 * What a deployment runs to test its claims.
 *
 *   node checks/deploy.ts test     test the topology that is given as JSON on standard input
 *   node checks/deploy.ts forget   remove the report: what it tells of is being destroyed
 *
 *   VETHLAB_RESULTS     file to which the report is written, as JSON
 *   VETHLAB_KEEP_GOING  1: a claim that fails is reported, and the deployment goes on
 *
 * Exit status: 0 all claims hold, 1 one failed, 2 the input is no topology or its claims cannot be tested.
 */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { Topology } from "../topology/document.ts";
import { LabError } from "../topology/problems.ts";
import { exitStatusOf, type Report, summaryOf } from "./results.ts";
import { testClaims } from "./run.ts";
import { reportTable } from "./table.ts";

const BAD_INPUT = 2;

async function main(task: string | undefined): Promise<number> {
  if (task === "forget") return forget();
  const report = await testClaims(readTopology(await text(process.stdin)));
  const file = process.env["VETHLAB_RESULTS"];
  if (file) await writeReport(file, report);
  if (report.ok) {
    console.log(summaryOf(report));
    return 0;
  }
  console.error(reportTable(report));
  return process.env["VETHLAB_KEEP_GOING"] === "1" ? 0 : exitStatusOf(report);
}

async function forget(): Promise<number> {
  const file = process.env["VETHLAB_RESULTS"];
  if (file) await rm(file, { force: true });
  return 0;
}

function readTopology(json: string): Topology {
  try {
    return Topology.parse(JSON.parse(json));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new LabError([
      {
        place: "standard input",
        value: `${json.length} characters`,
        allowed: reason,
        fix: "give a topology document",
      },
    ]);
  }
}

/** Whoever reads the file meanwhile sees the report before or the one after, never half of one. */
async function writeReport(file: string, report: Report): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, `${JSON.stringify(report, null, 2)}\n`);
  await rename(unfinished, file);
}

try {
  process.exitCode = await main(process.argv[2]);
} catch (error) {
  if (!(error instanceof LabError)) throw error;
  console.error(error.message);
  process.exitCode = BAD_INPUT;
}
