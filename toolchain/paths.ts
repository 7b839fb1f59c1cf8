import { join } from "node:path";
import { toolchainHome } from "./home.mjs";

export { compileCache, packageRoot, toolchainHome, version } from "./home.mjs";

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
