import { ensureProject, ensureToolchain } from "../../toolchain/ensure-toolchain.ts";
import { toolchainHome } from "../../toolchain/paths.ts";
import { EXIT, type ExitCode } from "../exit.ts";

/** `vethlab setup`: puts Pulumi, an engine and the images on this machine, once for all projects. */
export async function setup(): Promise<ExitCode> {
  await ensureToolchain();
  ensureProject();
  console.log(`All is in place; the toolchain is in ${toolchainHome}.`);
  return EXIT.allWell;
}
