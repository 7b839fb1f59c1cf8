import { project } from "../../toolchain/project.ts";
import { readState } from "../backend.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { aboutLab, known, resolveStack } from "../labs.ts";
import { tableOf } from "../showing/table.ts";

/** `vethlab list`: the labs there are, and which of them are up. */
export async function list({ json = false }: { json?: boolean }): Promise<ExitCode> {
  const there = known();
  const standing = there.stacks
    .filter((stack) => (readState(stack)?.resources.length ?? 0) > 0)
    .map((stack) => resolveStack(stack, there));
  if (!project.builtIn) {
    const up = new Set(standing.map(({ stack }) => stack));
    const stacks = there.stacks.map((stack) => ({ stack, lab: project.name, up: up.has(stack) }));
    const rows = stacks.map((one) => [one.stack, one.lab, one.up ? "yes" : ""]);
    if (json) console.log(JSON.stringify(stacks, undefined, 2));
    else if (rows.length === 0) console.log(`The project ${project.name} has no stack yet: npx vethlab up`);
    else console.log(tableOf(["stack", "project", "up"], rows));
    return EXIT.allWell;
  }
  const labs = await Promise.all(
    there.labs.map(async (lab) => ({
      lab,
      title: (await aboutLab(lab)).title,
      stacks: standing.flatMap(({ stack, lab: its }) => (its === lab ? [stack] : [])),
    })),
  );
  if (json) console.log(JSON.stringify(labs, undefined, 2));
  else {
    console.log(
      tableOf(
        ["lab", "what it shows", "up as"],
        labs.map(({ lab, title, stacks }) => [lab, title, stacks.join(", ")]),
      ),
    );
  }
  return EXIT.allWell;
}
