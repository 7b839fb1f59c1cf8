import { createHash } from "node:crypto";
import { join } from "node:path";

/** The checkout: the folder of Pulumi.yaml. */
export const projectRoot = join(import.meta.dirname, "..");

/** Folder for the files of vethlab on this machine (without the engine). `VETHLAB_HOME`, or `.vethlab` in the checkout. */
export const home = process.env["VETHLAB_HOME"] ?? join(projectRoot, ".vethlab");

/** Tells this checkout from other checkouts that share the engine (label vethlab.home). */
export const homeId = createHash("sha256").update(home).digest("hex").slice(0, 12);

/** Pulumi's CLI and its Node language host, side by side. */
export const binDir = join(home, "bin");

/** PULUMI_HOME: never the user's own, so that plugins built here never pass for the official ones. */
export const pulumiHome = join(home, "pulumi");

/** Pulumi's state, through its file backend. */
export const stateDir = join(home, "state");

/** The passphrase of all stacks' secrets: random, readable by its owner only. */
export const passphraseFile = join(home, "passphrase");

/** The stacks' settings, where `stack init` writes its salt. */
export const stackConfigDir = join(home, "stacks");

/** Check results, a JSON file for each stack. */
export const resultsDir = join(home, "results");

/** Report of the last test of a stack: written when its claims are tested, removed when it is destroyed. */
export function resultsFile(stack: string): string {
  return join(resultsDir, `${stack}.json`);
}

/** TMPDIR of Pulumi: a killed run leaves its temporary files here. */
export const tmpDir = join(home, "tmp");

/** The engine that setup found, with the time. */
export const engineFile = join(home, "engine.json");

/** How Pulumi was installed, and the versions. */
export const pulumiFile = join(home, "pulumi.json");

/** The images that this checkout has built: only these may be removed. */
export const imagesFile = join(home, "images.json");

/** The features of each kernel seen so far. */
export const kernelFile = join(home, "kernel.json");

/** The snapshot from which virtual machines start. */
export const vmSnapshotFile = join(home, "vm-snapshot.json");

/** Files of vethlab's own engine, on a machine that has none. */
export const ownEngineDir = "/var/lib/vethlab";

/** Runtime files of vethlab's own engine. */
export const ownEngineRunDir = "/run/vethlab";

export const ownEngineSocket = join(ownEngineRunDir, "docker.sock");
