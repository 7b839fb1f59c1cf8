import { basename, join } from "node:path";
import type { About } from "../topology/lab.ts";
import { didYouMean } from "../topology/suggest.ts";
import { codeExtension, codeFiles } from "../toolchain/code-files.ts";
import { packageRoot } from "../toolchain/paths.ts";
import { isLabFile, project } from "../toolchain/project.ts";
import { WrongUse } from "./exit.ts";
import { inFiles, nothing, readable, stackConfig, stackNames } from "./backend.ts";
import { labelledAs } from "./mending/state.ts";
import { ownStack, selectedStack } from "./own-stacks.ts";

/** All labs: the files of stacks/. */
export function labNames(): string[] {
  return codeFiles(join(packageRoot, "stacks"));
}

/** What a lab says of itself. Loads the lab's file, and with it Pulumi's SDK: up to a second. */
export async function aboutLab(lab: string): Promise<About> {
  const file = (await import(join(packageRoot, "stacks", `${lab}${codeExtension}`))) as { about: About };
  return file.about;
}

/** A stack, and the lab that it is one of. */
export interface Target {
  stack: string;
  lab: string;
}

/** What `resolveTarget` must know. */
export interface Known {
  labs: readonly string[];
  stacks: readonly string[];
  /** The lab that a stack is one of, by its settings or what stands; undefined where neither tells it. */
  labOf: (stack: string) => string | undefined;
}

/** What is known on this machine. */
export function known(): Known {
  return { labs: labNames(), stacks: stackNames(), labOf: recordedLab };
}

function recordedLab(stack: string): string | undefined {
  if (!project.builtIn) return inFiles ? labelledAs(readable(stack) ?? nothing)?.lab : undefined;
  return stackConfig(stack)["lab"] ?? labelledAs(readable(stack) ?? nothing)?.lab;
}

/** A stack that a name on the command line means, with its lab where that is known: for commands that need no lab. */
export type Named = Pick<Target, "stack"> & Partial<Target>;

/**
 * The stack that a name on the command line means, whether it is known which lab it is or not.
 *
 * @throws WrongUse when there is no such lab or stack
 */
export function resolveStack(name: string | undefined, there: Known = known()): Named {
  const { labs, stacks, labOf } = there;
  if (project.labFiles !== undefined) return labOfFile(name);
  if (!project.builtIn) return own(ownStack(name, stacksOf(there), { make: false, labs }), there);
  if (name === undefined) throw new WrongUse(needsName());
  if (!labs.includes(name) && !stacks.includes(name)) throw unknownLab(name, labs, stacks);
  const lab = labOf(name) ?? (labs.includes(name) ? name : undefined);
  return lab === undefined ? { stack: name } : { stack: name, lab };
}

/**
 * The stack that a name on the command line means: that of a lab, or one that exists.
 *
 * @param stack a name of its own for the stack of the lab `name`
 * @param make in a project of the user's: whether the stack may be one that does not exist yet
 * @throws WrongUse when there is no such lab or stack, or nobody knows which lab the stack is
 */
export function resolveTarget(
  name: string | undefined,
  stack?: string,
  there: Known = known(),
  make = false,
): Target {
  const { labs, labOf } = there;
  if (project.labFiles !== undefined) return labOfFile(name, stack);
  if (!project.builtIn) return ownTarget(name, stack, make, there);
  if (name === undefined) throw new WrongUse(needsName());
  if (stack !== undefined) {
    if (!labs.includes(name)) throw unknownLab(name, labs, []);
    checkStackName(stack);
    // A run that was killed early leaves a stack that knows no lab yet.
    const standing = labOf(stack);
    if (standing !== undefined && standing !== name) {
      throw new WrongUse(`The stack "${stack}" is one of the lab "${standing}", not of "${name}".`);
    }
    if (labs.includes(stack) && stack !== name) {
      throw new WrongUse(`"${stack}" is the name of a lab: give the stack another.`);
    }
    return { stack, lab: name };
  }
  const { lab } = resolveStack(name, there);
  if (lab === undefined) throw new WrongUse(`${describeUnknown(name)}\n  labs: ${labs.join(", ")}`);
  if (!labs.includes(lab)) {
    throw new WrongUse(
      `The stack "${name}" is one of the lab "${lab}", and there is no stacks/${lab}.ts: put the file back, or remove the lab: npx vethlab down ${name}`,
    );
  }
  return { stack: name, lab };
}

/** The lab of a file: its stack has the file's name, and so have all commands that are told. */
function labOfFile(file = "", stack?: string): Target {
  const name = basename(file);
  if (stack !== undefined && !isLabFile(stack))
    throw new WrongUse(
      `The stack of a file ends as files do, so that it can be named: --stack ${String(stack)}.yaml`,
    );
  checkStackName(stack ?? name);
  return { stack: stack ?? name, lab: name };
}

/** A stack of a project of the user's. */
function ownTarget(name: string | undefined, stack: string | undefined, make: boolean, there: Known): Target {
  if (name !== undefined && stack !== undefined && name !== stack)
    throw new WrongUse(`"${name}" and --stack ${stack} are two stacks: name one.`);
  if (stack !== undefined) checkStackName(stack);
  if (make && stack !== undefined) return own(stack, there);
  const found = ownStack(name ?? stack, stacksOf(there), { make, labs: there.labs });
  checkStackName(found);
  return own(found, there);
}

function own(stack: string, { labOf }: Known): Target {
  return { stack, lab: labOf(stack) ?? project.name };
}

function stacksOf({ stacks }: Known): { names: readonly string[]; selected: string | undefined } {
  return { names: stacks, selected: stacks.length > 1 ? selectedStack() : undefined };
}

function checkStackName(stack: string): void {
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(stack)) return;
  throw new WrongUse(`"${stack}" cannot name a stack: use letters, digits, "_", "." and "-".`);
}

/** Where no lab is named, and the folder is in no project of the user's. */
export function needsName(): string {
  const why = project.passedOver ?? "There is no Pulumi project (Pulumi.yaml) in this folder or above it.";
  return `  npx vethlab list shows the built-in labs. Without a name, the project of the folder is meant. ${why}`;
}

/** What to type where a stack does not tell its lab: one that was made by hand, or whose first run was killed. */
export function describeUnknown(stack: string): string {
  return `It is not known which lab the stack "${stack}" is: npx vethlab up LAB --stack ${stack} builds one in it, npx vethlab down ${stack} removes it.`;
}

function unknownLab(name: string, labs: readonly string[], stacks: readonly string[]): WrongUse {
  const others = stacks.filter((stack) => !labs.includes(stack));
  return new WrongUse(
    [
      `There is no lab "${name}": ${didYouMean(name, [...labs, ...others])}`,
      ...(project.passedOver === undefined ? [] : [`  ${project.passedOver}`]),
      `  labs: ${labs.join(", ") || "none"}`,
      ...(others.length > 0 ? [`  further stacks: ${others.join(", ")}`] : []),
    ].join("\n"),
  );
}
