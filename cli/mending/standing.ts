import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { standingFile } from "../../checks/report-file.ts";
import { resultsFile } from "../../toolchain/project.ts";
import { readState } from "../backend.ts";
import { type LabFacts, readFacts } from "./facts.ts";
import { type StackState, topologyIn } from "./state.ts";

/** The facts of a lab when its claims last held. */
const Standing = z.strictObject({
  version: z.literal(1),
  /** The resources at that time. When the record has others now, the facts tell nothing. */
  of: z.string(),
  facts: z.record(z.string(), z.array(z.string())),
});

/** A node that has changed since the claims of its lab last held. */
export interface Drift {
  /** The node; for facts of an engine its host. */
  node: string;
  gone: string[];
  come: string[];
}

/** Records the facts of a lab right after its claims held. */
export async function keepStanding(stack: string): Promise<void> {
  const state = readState(stack);
  const topology = topologyIn(state);
  if (state === undefined || topology === undefined) return;
  const standing: z.infer<typeof Standing> = {
    version: 1,
    of: fingerprintOf(state),
    facts: await readFacts(topology),
  };
  const file = standingFile(resultsFile(stack));
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify(standing));
  renameSync(unfinished, file);
}

/**
 * Compares a lab with its recorded facts. One round of questions: 0.2 s.
 *
 * @returns undefined without recorded facts of the present resources
 */
export async function driftOf(stack: string, state: StackState): Promise<Drift[] | undefined> {
  const file = standingFile(resultsFile(stack));
  const topology = topologyIn(state);
  if (topology === undefined || !existsSync(file)) return undefined;
  const standing = Standing.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (!standing.success || standing.data.of !== fingerprintOf(state)) return undefined;
  return compareFacts(standing.data.facts, await readFacts(topology));
}

/** The nodes with lost or new facts. */
export function compareFacts(before: LabFacts, now: LabFacts): Drift[] {
  return Object.keys(before).flatMap((node) => {
    const [was = [], is = []] = [before[node], now[node]];
    const gone = was.filter((fact) => !is.includes(fact));
    const come = is.filter((fact) => !was.includes(fact));
    return gone.length + come.length === 0 ? [] : [{ node, gone, come }];
  });
}

/** Maximum of told facts of a node; more would hide the other nodes. */
const TOLD = 4;

/** One line: `box1: no longer 172.18.0.2/16 on eth0; now 172.18.0.9/16 on eth0`. */
export function describeDrift({ node, gone, come }: Drift): string {
  const facts = [...gone.map((fact) => `no longer ${fact}`), ...come.map((fact) => `now ${fact}`)];
  const more = facts.length > TOLD ? ` and ${facts.length - TOLD} more` : "";
  return `${node}: ${facts.slice(0, TOLD).join("; ")}${more}`;
}

/** Identity of the resources: all but the Verification, each with the time of its last change. */
export function fingerprintOf(state: StackState | undefined): string {
  const all = (state?.resources ?? [])
    .filter(({ urn, custom }) => custom && !urn.includes("vethlab:lab:Verification$"))
    .map(({ urn, id = "", modified = "" }) => [urn, id, modified].join(" "));
  return createHash("sha256").update(all.sort().join("\n")).digest("hex");
}
