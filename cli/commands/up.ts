import type { Report } from "../../checks/results.ts";
import type { Topology } from "../../topology/document.ts";
import { addressesOf } from "../../topology/document.ts";
import { readSettingsFile, readState, restoreSettingsFile } from "../backend.ts";
import { enterStackEnvironment } from "../environment.ts";
import { describeError, EXIT, exitCodeOf, Failed } from "../exit.ts";
import { type FileOptions, readLabOf, settingsOf } from "../lab-files.ts";
import { known, resolveTarget, type Target } from "../labs.ts";
import { ensureNeeds } from "../needs.ts";
import { following, type Step, steps } from "../showing/progress.ts";
import { describeDiagnostics, type Diagnostic, failure, pulumiOperation, type RunResult } from "../pulumi.ts";
import { endedBoxes } from "../troubles/ended-boxes.ts";
import { describeTroubles, type Trouble, troublesOf } from "../troubles/trouble.ts";
import { forgetStack, hasMadeNothing, makeStack } from "../mending/made-stack.ts";
import { destroy, repair, toBuildAnew } from "../mending/repair.ts";
import { withRunLock } from "../mending/run-lock.ts";
import { fingerprintOf, keepStanding } from "../mending/standing.ts";
import { undoBeforeUp } from "../mending/undo.ts";
import { topologyIn } from "../mending/state.ts";
import { askFor } from "../mending/units.ts";
import { checkSettings, configArgs, readSettings } from "../settings.ts";
import { describeNotes } from "../showing/notes.ts";
import { showLab } from "../showing/show-lab.ts";
import { makeUnderlayGiveWay } from "../giving-way.ts";
import { buildMissingImages } from "../missing-images.ts";
import { topologyOf } from "../topology-of.ts";
import { keepJUnit, keepReport, testNow } from "../verification.ts";

export interface UpOptions extends FileOptions {
  stack?: string;
  config: string[];
  keepGoing?: boolean;
  rebuild?: boolean;
  json?: boolean;
  junit?: string;
}

/** What an `up` did and found. */
interface Outcome {
  target: Target;
  repairs: string[];
  /** Whether the lab stands, as far as was compared, as when its claims last held. */
  asItStood: boolean;
  /** Whether anything was made, changed or removed. */
  changed: boolean;
  /** Whether the lab stood before this `up`, which then edits it. */
  stood: boolean;
  /** Whether it was taken down to be built anew: that is done once. */
  anew: boolean;
  built?: RunResult;
  /** What went wrong with parts of the lab, for want of which it cannot stand as it is declared. */
  troubles: Trouble[];
  topology?: Topology;
  report?: Report;
  /** What has stopped it. */
  stopped?: unknown;
}

/** `vethlab up`: repairs, builds, and tests a lab. */
export async function up(name: string | undefined, options: UpOptions): Promise<number> {
  if (options.engine?.includes(",") === true) {
    const { matrix } = await import("./matrix.ts");
    return matrix(name ?? "", options);
  }
  const began = Date.now();
  const target = resolveTarget(name, options.stack, known(), true);
  const written = readSettings(options.config);
  await checkSettings(target.lab, written);
  const file = await readLabOf(target, options);
  const settings = { ...written, ...settingsOf(file) };
  const notes = file?.kind === "compose" ? file.notes : [];
  await enterStackEnvironment(target.stack, options.json);
  const outcome: Outcome = {
    target,
    repairs: [],
    asItStood: false,
    changed: false,
    stood: false,
    anew: false,
    troubles: [],
  };
  try {
    await withRunLock(target.stack, () =>
      steps(options.json === true, [
        ["Comparing what is recorded with what is there", (step) => mend(outcome, settings, options, step)],
        [`Building ${target.stack}`, (step) => build(outcome, settings, options, step)],
        ["Testing", (step) => prove(outcome, settings, options, step)],
      ]),
    );
  } catch (error) {
    if (options.json !== true) throw error;
    outcome.stopped = error;
  }
  if (outcome.report !== undefined) await keepJUnit(options.junit, outcome.report);
  const ok = outcome.built?.ok === true && outcome.report?.ok === true;
  const seconds = (Date.now() - began) / 1000;
  if (options.json) console.log(JSON.stringify({ ...asJson(outcome, ok, seconds), notes }, undefined, 2));
  else if (outcome.topology && outcome.report) showLab(target, outcome.topology, outcome.report, seconds);
  if (options.json !== true && notes.length > 0) console.log(describeNotes(notes));
  if (outcome.stopped !== undefined) return exitCodeOf(outcome.stopped);
  return ok ? EXIT.allWell : EXIT.failed;
}

async function mend(
  outcome: Outcome,
  settings: Record<string, string>,
  { rebuild = false }: UpOptions,
  step: Step,
): Promise<void> {
  const { stack } = outcome.target;
  const say = (line: string): void => {
    outcome.repairs.push(line);
    step.say(line);
  };
  const rebuildWhatIsLeft = await undoBeforeUp(stack, say);
  const [, asItStood] = await Promise.all([
    ensureNeeds(outcome.target, settings, step.say),
    repair(stack, rebuild, say),
  ]);
  outcome.asItStood = asItStood;
  await rebuildWhatIsLeft();
  step.title(outcome.repairs.length === 0 ? "Nothing to repair" : "Ready to build");
}

async function build(
  outcome: Outcome,
  settings: Record<string, string>,
  options: UpOptions,
  step: Step,
): Promise<void> {
  const { keepGoing = false } = options;
  const { stack } = outcome.target;
  const made = await makeStack(outcome.target);
  // For the Verification, which is a program of its own: Pulumi deletes after it, and what then stands is tested.
  process.env["VETHLAB_DEFER"] = "1";
  const args = ["up", "--stack", stack, ...configArgs(settings)];
  const before = readState(stack);
  outcome.stood ||= topologyIn(before) !== undefined;
  const settingsBefore = readSettingsFile(stack);
  const built = await withAnUnderlay(step, [...args, ...(keepGoing ? ["--continue-on-error"] : [])]);
  const refused = !built.ok && built.errors.every(({ resource }) => resource === undefined);
  // Refused by the program as a whole: the next command is not to meet the same settings again, nor an empty stack.
  if (refused && made && hasMadeNothing(stack)) await forgetStack(stack);
  else if (refused) restoreSettingsFile(stack, settingsBefore);
  outcome.built = built;
  outcome.changed = fingerprintOf(readState(stack)) !== fingerprintOf(before);
  if (!built.ok) {
    const troubles = await troublesOf(stack, built.errors);
    outcome.troubles = troubles.map(({ anewMayHelp: _, ...trouble }) => trouble);
    // Pulumi makes the new beside the old: of an address, a port or a subnet there is only one.
    const anewMayHelp = !refused && outcome.stood && troubles.every((trouble) => trouble.anewMayHelp);
    if (anewMayHelp && toBuildAnew(stack, options.rebuild === true) !== undefined) {
      if (await takeDown(outcome, options, "what stands may be in the way of the new", step))
        return build(outcome, settings, options, step);
    }
    const again = outcome.anew ? "\nThe lab hosts were built anew, and it stops all the same." : "";
    const what = describeTroubles(troubles) + again;
    if (!keepGoing || readState(stack)?.outputs["topology"] === undefined) throw failure(what);
    step.say(what);
  } else outcome.troubles = [];
  outcome.topology = topologyOf(outcome.target);
  if (outcome.changed && built.ok) await refuseEnded(outcome, keepGoing, step);
  step.title(`${outcome.changed ? "Built" : "Nothing to change in"} ${stack}`);
}

/** A box that has ended answers no claim: that is told at once. */
async function refuseEnded(outcome: Outcome, keepGoing: boolean, step: Step): Promise<void> {
  const ended = outcome.topology === undefined ? [] : await endedBoxes(outcome.topology);
  if (ended.length === 0) return;
  outcome.troubles = ended;
  const what = describeTroubles(ended);
  if (!keepGoing) throw new Failed(what);
  step.say(what);
}

/**
 * Labs that come up at one moment may choose the same underlay. Who is late chooses again: it is seen to be in use now. So
 * does a lab whose own subnets overlap the chosen one.
 */
async function withAnUnderlay(step: Step, args: string[]): Promise<RunResult> {
  for (let tries = 1; ; tries += 1) {
    const built = await pulumiOperation(args, following(step));
    if (makeUnderlayGiveWay(describeDiagnostics(built.errors))) {
      step.say("the lab has a subnet that overlaps the chosen underlay: choosing again");
      continue;
    }
    if (await buildMissingImages(describeDiagnostics(built.errors), step.say)) continue;
    if (tries >= MOST_UNDERLAYS || !built.errors.some(isUnderlayTaken)) return built;
    step.say("another network has taken the underlay's subnet at this moment: choosing again");
  }
}

/** How many underlays are chosen before an `up` gives up. */
const MOST_UNDERLAYS = 3;

/** Docker's own words, where a new network's subnet is another's. */
function isUnderlayTaken({ type, message }: Diagnostic): boolean {
  return type?.includes("vethlab:network:Underlay") === true && message.includes("Pool overlaps");
}

/**
 * Tests the lab. Where claims fail of a lab that stood before, it is built anew once and tested again: somebody has changed
 * it by hand, or Pulumi, which removes last, has taken away with the old what the new has found there. Before it is built
 * anew the claims are tested once more: on a machine that stalls for a moment, claims fail that hold.
 */
async function prove(
  outcome: Outcome,
  settings: Record<string, string>,
  options: UpOptions,
  step: Step,
): Promise<void> {
  const { stack } = outcome.target;
  await test(outcome, step);
  if (outcome.report?.ok === false) await refuseEnded(outcome, true, step);
  const mayBuildAnew = outcome.stood && outcome.troubles.length === 0;
  if (outcome.report?.ok === false && mayBuildAnew) await test(outcome, step);
  if (outcome.report?.ok === false && mayBuildAnew) {
    const failing = outcome.report.results.filter(({ holds }) => !holds);
    const first = failing.slice(0, 3).map(({ claim }) => claim);
    const which = `${first.join(", ")}${failing.length > first.length ? ", ..." : ""}`;
    const count = `${failing.length} of ${outcome.report.results.length} claims fail (${which})`;
    const found = outcome.changed ? count : `${count}, and nothing was changed`;
    if (await takeDown(outcome, options, found, step)) {
      await build(outcome, settings, options, step);
      await test(outcome, step);
    }
  }
  const asRecorded = outcome.asItStood && !outcome.changed;
  if (outcome.report?.ok === true && !asRecorded) await keepStanding(stack);
}

/** Takes down what is built anew of a lab, the first time. Whether anything is. */
async function takeDown(
  outcome: Outcome,
  { rebuild = false }: UpOptions,
  found: string,
  step: Step,
): Promise<boolean> {
  const { stack } = outcome.target;
  if (outcome.anew) return false;
  outcome.anew = true;
  const things = toBuildAnew(stack, rebuild);
  const names = things?.map(({ name }) => name).join(", ") ?? "";
  const what =
    things === undefined
      ? `${found}: ${askFor(stack)}`
      : `${found}: ${names} ${things.length === 1 ? "is" : "are"} built anew, once`;
  outcome.repairs.push(what);
  step.say(what);
  if (things === undefined) return false;
  await destroy(
    stack,
    things.map(({ urn }) => urn),
    step.say,
  );
  return true;
}

async function test(outcome: Outcome, step: Step): Promise<void> {
  const { topology, target, changed } = outcome;
  if (topology === undefined) return;
  step.title(`Testing ${topology.claims.length} claims`);
  const report = await testNow(topology, step.now, !changed);
  keepReport(target.stack, topology, report);
  outcome.report = report;
  step.title(`Tested ${topology.claims.length} claims`);
}

function asJson(
  { target, repairs, built, troubles, topology, report, stopped }: Outcome,
  ok: boolean,
  seconds: number,
): object {
  const why = stopped === undefined || troubles.length > 0 ? [] : [{ message: describeError(stopped) }];
  return {
    ...target,
    ok,
    seconds,
    // What was done for a lab that still does not stand has repaired nothing.
    ...(stopped === undefined ? { repairs } : { repairs: [], tried: repairs }),
    changes: built?.changes ?? {},
    errors: [...troubles, ...why],
    addresses: topology === undefined ? {} : addressesOf(topology),
    report,
  };
}
