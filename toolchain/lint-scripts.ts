/**
 * Reads all shell scripts of the project with shellcheck. Part of `npm run lint`. Where it is missing and cannot be
 * installed by us, they are not read, and that is said: the tests of the project are not to need more than Node and Docker.
 */
import { spawnSync } from "node:child_process";
import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { installPackages } from "./debian.ts";
import { MachineLacks } from "./lacks.ts";
import { packageRoot } from "./paths.ts";
import { which } from "./programs.ts";

const isScript = /^(?:#!.*\b(?:ba)?sh|# shellcheck shell=.*)$/m;

/** All shell scripts, by their first line: many have no ending. */
function scripts(): string[] {
  return globSync(".ci/* {images,scripts,tests,toolchain}/**".split(" "), { cwd: packageRoot }).filter(
    (path) => {
      const file = join(packageRoot, path);
      return statSync(file).isFile() && isScript.test(readFileSync(file, "utf8").split("\n", 1)[0] ?? "");
    },
  );
}

try {
  if (which("shellcheck") === undefined) {
    await installPackages(
      ["shellcheck"],
      "install it: sudo apt-get install shellcheck, or brew install shellcheck.",
    );
  }
  const { status } = spawnSync("shellcheck", scripts(), { cwd: packageRoot, stdio: "inherit" });
  process.exitCode = status ?? 1;
} catch (error) {
  if (!(error instanceof MachineLacks)) throw error;
  console.error(`Shell scripts are not read: ${error.message}`);
}
