import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import { type Change, changesBetween, type Version } from "../../compose/difference.ts";
import { enterLabFiles } from "../../toolchain/project.ts";
import { enterToolchain } from "../environment.ts";
import { EXIT, type ExitCode, Failed, WrongUse } from "../exit.ts";
import { type FileOptions, readLabOf } from "../lab-files.ts";
import { resolveTarget } from "../labs.ts";
import { steps } from "../showing/progress.ts";
import { inShort, type Trial, trialOfFile, tryLab } from "../trial.ts";

export interface DiffOptions extends FileOptions {
  /** Kinds of changes that end the command with exit code 1, separated by commas. */
  failOn?: string;
  json?: boolean;
}

const KINDS = ["opened", "closed", "added", "removed"] as const;

/** `vethlab diff`: what a change of a Compose file opens and closes, shown with packets on both sides. */
export async function diff(before: string, after: string, options: DiffOptions): Promise<ExitCode> {
  const { json = false } = options;
  const failOn = kindsIn(options.failOn);
  const labs = [await read(before, options), await read(after, options)] as const;
  await enterToolchain(json);
  const trials = new Map<string, Trial>();
  const sides = [
    { title: `Before: ${before}`, file: before, mark: "before" },
    { title: `After: ${after}`, file: after, mark: "after" },
  ];
  await steps(
    json,
    sides.map(({ title, file, mark }) => [
      title,
      async (step) => {
        const trial = await tryLab(trialOfFile(file, mark, options));
        trials.set(mark, trial);
        step.title(`${title}: ${inShort(trial)}`);
      },
    ]),
    availableParallelism(),
  );
  const changes = changesBetween(shown(labs[0], trials.get("before")), shown(labs[1], trials.get("after")));
  const failing = [...trials.values()].flatMap(({ report, stack }) =>
    (report?.results ?? []).filter(({ holds }) => !holds).map(({ claim }) => `${stack}: ${claim}`),
  );
  if (json) console.log(JSON.stringify({ changes, failing }, undefined, 2));
  else console.log(describe(changes, failing));
  return failing.length > 0 || changes.some(({ kind }) => failOn.includes(kind)) ? EXIT.failed : EXIT.allWell;
}

async function read(file: string, options: FileOptions) {
  enterLabFiles(dirname(file));
  const lab = await readLabOf(resolveTarget(file), options);
  if (lab?.kind !== "compose") throw new WrongUse(`diff is for Compose files, and ${file} is none.`);
  return lab;
}

/** @throws Failed where a side could not be built */
function shown({ claims, nodes }: Awaited<ReturnType<typeof read>>, trial: Trial | undefined): Version {
  const { report, errors = [], stack = "" } = trial ?? {};
  if (report === undefined)
    throw new Failed([`${stack} was not tested:`, ...errors.map(({ message }) => message)].join("\n"));
  const held = new Set(report.results.filter(({ holds }) => holds).map(({ claim }) => claim));
  return { nodes, claims: claims.filter(({ summary }) => held.has(summary)) };
}

function kindsIn(written: string | undefined): string[] {
  const kinds = written?.split(",") ?? [];
  const wrong = kinds.find((kind) => !(KINDS as readonly string[]).includes(kind));
  if (wrong !== undefined) throw new WrongUse(`--fail-on ${wrong}: use some of ${KINDS.join(", ")}.`);
  return kinds;
}

function describe(changes: readonly Change[], failing: readonly string[]): string {
  const groups = KINDS.flatMap((kind) => {
    const its = changes.filter((change) => change.kind === kind).map(({ sentence }) => `  ${sentence}`);
    return its.length === 0 ? [] : [`${kind}:`, ...its];
  });
  return [
    ...(groups.length === 0 ? ["Nobody reaches more or less than before."] : groups),
    ...(failing.length === 0
      ? []
      : ["Not shown, since these claims fail:", ...failing.map((one) => `  ${one}`)]),
  ].join("\n");
}
