import { basename } from "node:path";
import { format } from "prettier";
import { programOf } from "../../compose/eject.ts";
import { EXIT, type ExitCode, WrongUse } from "../exit.ts";
import { type FileOptions, readLabOf } from "../lab-files.ts";
import { resolveTarget } from "../labs.ts";
import { writeProject } from "../new-project.ts";

/** `vethlab eject FILE FOLDER`: writes the twin of a Compose file as a project with a program, which is the user's own from then on. */
export async function eject(file: string, folder: string, options: FileOptions): Promise<ExitCode> {
  const lab = await readLabOf(resolveTarget(file), options);
  if (lab?.kind !== "compose") throw new WrongUse(`eject is for Compose files, and ${file} is none.`);
  const { data, claims } = lab;
  const program = `// The network of ${basename(file)}, as vethlab's twin has it.\n${programOf(data, claims)}`;
  writeProject(folder, { "index.ts": await format(program, { parser: "typescript", printWidth: 110 }) });
  return EXIT.allWell;
}
