import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { didYouMean } from "../topology/suggest.ts";
import { isLabFile, project } from "../toolchain/project.ts";
import { WrongUse } from "./exit.ts";
import type { Target } from "./labs.ts";

/**
 * Reads the lab file of a target, if it is the lab of one, before anything is made.
 *
 * @throws WrongUse when there is no such file, LabError with all that is wrong with it
 */
export async function checkLabFile({ lab }: Target): Promise<void> {
  if (project.labFiles === undefined) return;
  const file = join(project.labFiles, lab);
  if (!existsSync(file))
    throw new WrongUse(`There is no file ${file}: ${didYouMean(lab, filesIn(project.labFiles))}`);
  const { readLabFile } = await import("../topology/lab-data/lab-file.ts");
  readLabFile(readFileSync(file, "utf8"), lab);
}

function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter(isLabFile) : [];
}
