// Where vethlab and its toolchain are. Plain JavaScript: bootstrap.mjs and vethlab.mjs run on whatever Node is there.
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** vethlab's own code and recipes: a checkout, or an installed package. Perhaps not writable. */
export const packageRoot = join(dirname(fileURLToPath(import.meta.url)), "..");

const { VETHLAB_HOME, XDG_DATA_HOME } = process.env;
/** The version of vethlab. */
export const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8"));

/** The toolchain: once for each user and version, outside any project. `VETHLAB_HOME` names another folder. */
export const toolchainHome = VETHLAB_HOME
  ? resolve(VETHLAB_HOME)
  : join(XDG_DATA_HOME || join(homedir(), ".local", "share"), "vethlab", version);

/** Node's cache of compiled code. */
export const compileCache = join(toolchainHome, "compile-cache");
