import { readState } from "../backend.ts";
import { describeUnknown, type Named } from "../labs.ts";
import { pulumiLocks } from "./pulumi-lock.ts";
import { lookAt, lookCloser } from "./repair.ts";
import { type Fault, planRepairs } from "./repairs.ts";
import { describeRename, heirOf, labelOf } from "./renamed.ts";
import { runLockHolder } from "./run-lock.ts";
import { isVerification, type StackState } from "./state.ts";
import { lastReport } from "../verification.ts";

/**
 * The health of a lab: `down` (nothing is there), `running` (a run is at work), `unfinished` (the last `up` failed), a fault
 * that the next `up` mends, or `healthy`.
 */
export type Health = "healthy" | "down" | "running" | "unfinished" | Fault;

export interface LabStatus extends Named {
  health: Health;
  /** One line for each finding. */
  findings: string[];
}

/** Faults, the worst first. A lab with several faults shows the first. */
const severity: readonly Fault[] = ["interrupted", "gone", "stopped", "drifted"];

/** Compares the record of a stack with the engine. The environment must name the engine. */
export async function statusOf(target: Named): Promise<LabStatus> {
  const { stack } = target;
  const working = await workingOn(stack);
  if (working !== undefined) return { ...target, health: "running", findings: [working] };
  const state = readState(stack);
  if (state === undefined || state.resources.length === 0) return absent(target, state);
  const repairs = planRepairs(stack, state, await lookCloser(stack, state));
  const killed = deadLocks(stack);
  const former = labelOf(stack, state);
  const renamed = former === stack ? [] : [describeRename(stack, former)];
  const findings = [...renamed, ...killed, ...repairs.map(({ why }) => why)];
  const faults = new Set<Fault>([
    ...renamed.map(() => "drifted" as const),
    ...repairs.map(({ fault }) => fault),
    ...(killed.length > 0 ? ["interrupted" as const] : []),
  ]);
  const health = severity.find((fault) => faults.has(fault)) ?? finished(stack, state);
  if (health === "unfinished") findings.push("the last up failed: the next one goes on from there");
  return { ...target, health, findings };
}

async function workingOn(stack: string): Promise<string | undefined> {
  const vethlab = await runLockHolder(stack);
  if (vethlab !== undefined) return `vethlab (process ${vethlab}) is at work on it`;
  const live = pulumiLocks(stack).find(({ verdict }) => verdict === "live");
  return live === undefined ? undefined : `pulumi (process ${live.lock.pid}) is at work on it`;
}

async function absent(target: Named, state: StackState | undefined): Promise<LabStatus> {
  const none = { resources: [], pending: state?.pending ?? [], outputs: {} };
  const heir = heirOf(target.stack);
  if (heir !== undefined) {
    return {
      ...target,
      health: "down",
      findings: [`it was renamed: npx vethlab status ${heir} tells how it is`],
    };
  }
  const repairs = planRepairs(target.stack, none, await lookAt(target.stack, none));
  const findings = [...deadLocks(target.stack), ...repairs.map(({ why }) => why)];
  const unknown = target.lab === undefined ? [describeUnknown(target.stack)] : [];
  return {
    ...target,
    health: findings.length > 0 ? "interrupted" : "down",
    findings: [...findings, ...unknown],
  };
}

function deadLocks(stack: string): string[] {
  return pulumiLocks(stack).length > 0 ? ["the last run was killed and has left Pulumi's lock"] : [];
}

/** The report is green once `up` has tested what then stands. The Verification is the last thing that plain Pulumi makes. */
function finished(stack: string, { resources }: StackState): "healthy" | "unfinished" {
  const report = lastReport(stack);
  const verified = report === undefined && resources.some(isVerification);
  return verified || report?.ok === true ? "healthy" : "unfinished";
}
