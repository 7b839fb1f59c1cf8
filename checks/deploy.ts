/**
 * The program by which a deployment tests its claims.
 *
 *   node checks/deploy.ts test     test the topology that is given as JSON on standard input
 *   node checks/deploy.ts forget   remove the report and the recorded facts of a lab that is being destroyed
 *
 *   VETHLAB_RESULTS  file to which the report is written, as JSON
 *   VETHLAB_TURN     the turn of testing that Pulumi records (report-file.ts)
 *   VETHLAB_DEFER    1: the report says "not tested yet". `vethlab up` tests at its end: Pulumi deletes after this program.
 *
 * Exit status: 0 all claims hold, 1 one failed, 2 the input is no topology or its claims cannot be tested.
 */
import { rm } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { Topology } from "../topology/document.ts";
import { LabError } from "../topology/problems.ts";
import { standingFile, untested, writeReport } from "./report-file.ts";
import { exitStatusOf, summaryOf } from "./results.ts";
import { testClaims } from "./run.ts";
import { reportTable } from "./table.ts";

const BAD_INPUT = 2;

async function main(task: string | undefined): Promise<number> {
  if (task === "forget") return forget();
  const topology = readTopology(await text(process.stdin));
  const { VETHLAB_RESULTS: file, VETHLAB_TURN: turn = "", VETHLAB_DEFER: defer } = process.env;
  if (file && defer === "1") {
    writeReport(file, topology, untested(topology), turn);
    return 0;
  }
  const report = await testClaims(topology);
  if (file) writeReport(file, topology, report, turn);
  if (report.ok) {
    console.log(summaryOf(report));
    return 0;
  }
  console.error(reportTable(report));
  return exitStatusOf(report);
}

async function forget(): Promise<number> {
  const file = process.env["VETHLAB_RESULTS"];
  if (file) await Promise.all([file, standingFile(file)].map((one) => rm(one, { force: true })));
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

try {
  process.exitCode = await main(process.argv[2]);
} catch (error) {
  if (!(error instanceof LabError)) throw error;
  console.error(error.message);
  process.exitCode = BAD_INPUT;
}
