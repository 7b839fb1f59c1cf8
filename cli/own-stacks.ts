import { readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { nearest } from "../topology/suggest.ts";
import { usersPulumiHome } from "../toolchain/backend.ts";
import { pulumiHome } from "../toolchain/paths.ts";
import { project } from "../toolchain/project.ts";
import { stackNames } from "./backend.ts";
import { WrongUse } from "./exit.ts";

/** The stack that a project gets where it has none and no name is given. */
const FIRST = "dev";

/** What is known of a project's stacks. */
interface Stacks {
  names: readonly string[];
  /** The one that `pulumi stack select` has chosen. Default: none. */
  selected?: string | undefined;
}

/**
 * The stack of the user's project that a command means: the one that is named, else the only one, the one that is
 * selected, or `dev`.
 *
 * @param make whether the stack may be one that does not exist yet
 * @throws WrongUse when it is not known, or does not exist
 */
export function ownStack(
  name: string | undefined,
  { names, selected }: Stacks,
  { make, labs }: { make: boolean; labs: readonly string[] },
): string {
  if (name !== undefined) {
    if (names.includes(name)) return name;
    if (make && !labs.includes(name) && nearest(name, names) === undefined) return name;
    throw new WrongUse(
      [
        `The project ${project.name} (${project.root}) has no stack "${name}".`,
        `  its stacks: ${names.join(", ") || "none"}`,
        ...(labs.includes(name) ? ["  The built-in labs are there in any folder outside of a project."] : []),
        ...(make && !labs.includes(name)
          ? [`  To make one of this name: npx vethlab up --stack ${name}`]
          : []),
      ].join("\n"),
    );
  }
  const [only] = names;
  if (names.length === 1 && only !== undefined) return only;
  if (selected !== undefined && names.includes(selected)) return selected;
  if (names.includes(FIRST) || (names.length === 0 && make)) return FIRST;
  throw new WrongUse(
    names.length === 0
      ? `The project ${project.name} (${project.root}) has no stack yet: npx vethlab up makes the stack ${FIRST}.`
      : `Say which stack of the project ${project.name}: ${names.join(", ")}`,
  );
}

/** The stack that `pulumi stack select` has chosen: in a shell of the user's, or of `vethlab env`. */
export function selectedStack(): string | undefined {
  const hash = createHash("sha1").update(project.file).digest("hex");
  for (const home of [usersPulumiHome(process.env), pulumiHome]) {
    try {
      const text = readFileSync(join(home, "workspaces", `${project.name}-${hash}-workspace.json`), "utf8");
      const { stack } = JSON.parse(text) as { stack?: string };
      if (stack !== undefined) return stack.split("/").at(-1);
    } catch {
      // no stack was selected there
    }
  }
  return undefined;
}

/**
 * Tells the stack at the beginning of a command's words, which may be left out, from the rest: it is one that exists, with
 * more behind it than the command must have.
 */
export function splitStack(
  words: readonly string[],
  required: number,
  names: readonly string[] = stackNames(),
): [string | undefined, string[]] {
  const [first, ...rest] = words;
  const isFirst = first !== undefined && names.includes(first);
  const enough = rest.filter((_, i) => i < required && rest[i] !== "--").length >= required;
  return isFirst && enough ? [first, rest] : [undefined, [...words]];
}
