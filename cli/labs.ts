import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { About } from "../topology/lab.ts";
import { didYouMean } from "../topology/suggest.ts";
import { projectRoot } from "../toolchain/paths.ts";
import { WrongUse } from "./exit.ts";
import { stackConfig, stackNames } from "./backend.ts";

/** All labs: the files of stacks/. */
export function labNames(): string[] {
  return readdirSync(join(projectRoot, "stacks"))
    .filter((file) => file.endsWith(".ts") && file !== "index.ts")
    .map((file) => file.slice(0, -".ts".length))
    .sort();
}

/** What a lab says of itself. Loads the lab's file, and with it Pulumi's SDK: up to a second. */
export async function aboutLab(lab: string): Promise<About> {
  const file = (await import(join(projectRoot, "stacks", `${lab}.ts`))) as { about: About };
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
  /** The setting `lab` of a stack. */
  labOf: (stack: string) => string | undefined;
}

/** What is known on this machine. */
export function known(): Known {
  return { labs: labNames(), stacks: stackNames(), labOf: (stack) => stackConfig(stack)["lab"] };
}

/**
 * The stack that a name on the command line means: that of a lab, or one that exists.
 *
 * @param stack a name of its own for the stack of the lab `name`
 * @throws WrongUse when there is no such lab or stack
 */
export function resolveTarget(
  name: string,
  stack?: string,
  { labs, stacks, labOf }: Known = known(),
): Target {
  if (stack !== undefined) {
    if (!labs.includes(name)) throw unknownLab(name, labs, []);
    if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(stack)) {
      throw new WrongUse(`"${stack}" cannot name a stack: use letters, digits, "_", "." and "-".`);
    }
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
  if (labs.includes(name)) return { stack: name, lab: name };
  if (stacks.includes(name)) return { stack: name, lab: labOf(name) ?? name };
  throw unknownLab(name, labs, stacks);
}

function unknownLab(name: string, labs: readonly string[], stacks: readonly string[]): WrongUse {
  const others = stacks.filter((stack) => !labs.includes(stack));
  return new WrongUse(
    [
      `There is no lab "${name}": ${didYouMean(name, [...labs, ...others])}`,
      `  labs: ${labs.join(", ") || "none"}`,
      ...(others.length > 0 ? [`  further stacks: ${others.join(", ")}`] : []),
    ].join("\n"),
  );
}
