import { labEnvironment } from "../../toolchain/environment.ts";
import { EXIT, type ExitCode } from "../exit.ts";

/** `vethlab env`: prints what makes plain Pulumi work on the labs in a shell. */
export async function env(): Promise<ExitCode> {
  const variables = await labEnvironment();
  for (const [name, value] of Object.entries(variables)) console.log(`export ${name}=${quote(value)}`);
  return EXIT.allWell;
}

/** In single quotes a shell takes everything as it is, but for these themselves. */
function quote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
