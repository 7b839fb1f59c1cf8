import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { join, sep } from "node:path";
import { packageRoot, toolchainHome } from "./home.mjs";

export { compileCache, packageRoot, toolchainHome } from "./home.mjs";

/** Pulumi's CLI and its Node language host, side by side. */
export const binDir = join(toolchainHome, "bin");

/** PULUMI_HOME: never the user's own, so that plugins built here never pass for the official ones. */
export const pulumiHome = join(toolchainHome, "pulumi");

/** The engine that setup found, with the time. */
export const engineFile = join(toolchainHome, "engine.json");

/** How Pulumi was installed, and the versions. */
export const pulumiFile = join(toolchainHome, "pulumi.json");

/** The images that vethlab has built, and who of those that share the toolchain: only these may be removed. */
export const imagesFile = join(toolchainHome, "images.json");

/** The features of each kernel seen so far. */
export const kernelFile = join(toolchainHome, "kernel.json");

/** The snapshots from which virtual machines start. */
export const vmSnapshotFile = join(toolchainHome, "vm-snapshots.json");

/** Files of vethlab's own engine, on a machine that has none. */
export const ownEngineDir = "/var/lib/vethlab";

/** Runtime files of vethlab's own engine. */
export const ownEngineRunDir = "/run/vethlab";

export const ownEngineSocket = join(ownEngineRunDir, "docker.sock");

/** Files of the stacks of the built-in labs: in the checkout; of an installed package in the user's state folder. */
export const stateHome = packageRoot.split(sep).includes("node_modules")
  ? join(process.env["XDG_STATE_HOME"] || join(homedir(), ".local", "state"), "vethlab")
  : join(packageRoot, ".vethlab");

/** Tells these stacks from those of others that share the engine (label vethlab.home). */
export const homeId = createHash("sha256").update(stateHome).digest("hex").slice(0, 12);

/** Pulumi's state, through its file backend. */
export const stateDir = join(stateHome, "state");

/** The passphrase of all stacks' secrets: random, readable by its owner only. */
export const passphraseFile = join(stateHome, "passphrase");

/** The stacks' settings, where `stack init` writes its salt. */
export const stackConfigDir = join(stateHome, "stacks");

/** Check results, a JSON file for each stack. */
export const resultsDir = join(stateHome, "results");

/** Report of the last test of a stack: written when its claims are tested, removed when it is destroyed. */
export function resultsFile(stack: string): string {
  return join(resultsDir, `${stack}.json`);
}

/** TMPDIR of Pulumi: a killed run leaves its temporary files here. */
export const tmpDir = join(stateHome, "tmp");
