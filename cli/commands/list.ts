import { readState, stackConfig, stackNames } from "../backend.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { aboutLab, labNames } from "../labs.ts";
import { tableOf } from "../showing/table.ts";

/** `vethlab list`: the labs there are, and which of them are up. */
export async function list({ json = false }: { json?: boolean }): Promise<ExitCode> {
  const standing = stackNames().filter((stack) => (readState(stack)?.resources.length ?? 0) > 0);
  const labs = await Promise.all(
    labNames().map(async (lab) => ({
      lab,
      title: (await aboutLab(lab)).title,
      stacks: standing.filter((stack) => (stackConfig(stack)["lab"] ?? stack) === lab),
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
