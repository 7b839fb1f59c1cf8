import { EXIT, type ExitCode } from "../exit.ts";
import { writeProject } from "../new-project.ts";

/** `vethlab init [FOLDER]`: writes a project with a lab of its own. */
export function init(folder = "."): ExitCode {
  writeProject(folder);
  return EXIT.allWell;
}
