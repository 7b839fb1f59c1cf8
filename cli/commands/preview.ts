import { copyFileSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { nothing, readState, stackConfigFile } from "../backend.ts";
import { project } from "../../toolchain/project.ts";
import { reachableEngine } from "../../toolchain/engine.ts";
import { enterStackEnvironment } from "../environment.ts";
import { EXIT, type ExitCode, WrongUse } from "../exit.ts";
import { type FileOptions, readLabOf, settingsOf } from "../lab-files.ts";
import { known, resolveTarget, type Target } from "../labs.ts";
import { describePlanned, plannedChanges, Preview } from "../showing/preview-changes.ts";
import { steps } from "../showing/progress.ts";
import { pulumi } from "../pulumi.ts";
import { forgetStack, makeStack } from "../mending/made-stack.ts";
import { stackTmpDir } from "../mending/remove.ts";
import { describeRename, labelOf } from "../mending/renamed.ts";
import { withRunLock } from "../mending/run-lock.ts";
import { checkSettings, configArgs, readSettings } from "../settings.ts";
import { makeUnderlayGiveWay } from "../giving-way.ts";

export interface PreviewOptions extends FileOptions {
  stack?: string;
  config: string[];
  json?: boolean;
}

/** `vethlab preview`: what `up` would change, without changing anything, the stack's settings included. */
export async function preview(name: string | undefined, options: PreviewOptions): Promise<ExitCode> {
  const target = resolveTarget(name, options.stack, known(), true);
  const written = readSettings(options.config);
  await checkSettings(target.lab, written);
  const file = await readLabOf(target, options);
  const settings = { ...written, ...settingsOf(file) };
  const former = labelOf(target.stack, readState(target.stack) ?? nothing);
  if (former !== target.stack) throw new WrongUse(`${target.stack}: ${describeRename(target.stack, former)}`);
  await enterStackEnvironment(target.stack, options.json);
  await reachableEngine();
  let answer = "";
  await withRunLock(target.stack, () =>
    steps(options.json === true, [
      [
        `Previewing ${target.stack}`,
        async () => {
          const named =
            !project.builtIn || target.stack === target.lab ? settings : { lab: target.lab, ...settings };
          answer = await withStack(target, () => previewWith(target.stack, named));
        },
      ],
    ]),
  );
  const planned = plannedChanges(Preview.parse(JSON.parse(answer)));
  if (options.json) console.log(JSON.stringify({ ...target, ...planned }, undefined, 2));
  else console.log(describePlanned(planned));
  return EXIT.allWell;
}

/** Pulumi previews stacks that exist: one that does not is made for the moment. */
async function withStack<T>({ stack, lab }: Target, work: () => Promise<T>): Promise<T> {
  const made = readState(stack) === undefined && (await makeStack({ stack, lab }));
  try {
    return await work();
  } finally {
    if (made) await forgetStack(stack);
  }
}

/** Pulumi writes the settings of a preview into the stack's file: it gets a copy. */
async function previewWith(stack: string, settings: Readonly<Record<string, string>>): Promise<string> {
  const copy = join(stackTmpDir(stack), "preview.yaml");
  if (existsSync(stackConfigFile(stack))) copyFileSync(stackConfigFile(stack), copy);
  try {
    return await pulumi([
      "preview",
      "--json",
      "--stack",
      stack,
      "--config-file",
      copy,
      ...configArgs(settings),
    ]);
  } catch (error) {
    if (error instanceof WrongUse && makeUnderlayGiveWay(error.message))
      return await previewWith(stack, settings);
    throw error;
  } finally {
    rmSync(copy, { force: true });
  }
}
