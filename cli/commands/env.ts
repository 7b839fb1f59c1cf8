import { inQuotes } from "../../topology/shell.ts";
import { ensureProject } from "../../toolchain/ensure-toolchain.ts";
import { labEnvironment } from "../../toolchain/environment.ts";
import { EXIT, type ExitCode } from "../exit.ts";

/** `vethlab env`: prints what makes plain Pulumi work on the labs in a shell. */
export async function env(): Promise<ExitCode> {
  ensureProject();
  const variables = await labEnvironment();
  for (const [name, value] of Object.entries(variables)) console.log(`export ${name}=${inQuotes(value)}`);
  return EXIT.allWell;
}
