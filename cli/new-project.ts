import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { MachineLacks } from "../toolchain/lacks.ts";
import { packageRoot, version } from "../toolchain/paths.ts";
import { projectName } from "../toolchain/project.ts";
import { pulumiVersion } from "../toolchain/pulumi.ts";
import { WrongUse } from "./exit.ts";

/** The files of a new project. `.gitignore`, which npm does not pack, and `.github` have no dot here. */
const templates = join(packageRoot, "templates");

/**
 * Writes a project with a lab, and installs its packages where they are not found from there.
 *
 * @param instead texts of files that are not as in a new project, by path
 * @throws WrongUse when a file of it exists
 */
export function writeProject(folder: string, instead: Readonly<Record<string, string>> = {}): void {
  const project = resolve(folder);
  const files = { ...projectFiles(projectName(project)), ...instead };
  const there = Object.keys(files).filter((file) => existsSync(join(project, file)));
  if (there.length > 0) {
    throw new WrongUse(
      `${there.map((file) => join(folder, file)).join(", ")} ${there.length === 1 ? "exists" : "exist"} already: nothing is written.\n  Use an empty folder.`,
    );
  }
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    writeFileSync(join(project, file), text);
    console.log(`✔ ${join(folder, file)}`);
  }
  if (!findsPackages(project)) installPackages(project);
  console.log(`\nNext:  ${folder === "." ? "" : `cd ${folder} && `}npx vethlab up`);
}

/** The texts of the project's files, by path. */
function projectFiles(name: string): Record<string, string> {
  const values: Record<string, string> = { PROJECT: name, VERSION: version, PULUMI: `^${pulumiVersion}` };
  return Object.fromEntries(
    readdirSync(templates, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [
        relative(templates, file).replace(/^git/, ".git"),
        readFileSync(file, "utf8").replaceAll(/\$\{([A-Z]+)\}/g, (all, key: string) => values[key] ?? all),
      ]),
  );
}

/** Whether the program finds what it imports: also in a folder above. */
function findsPackages(project: string): boolean {
  const { resolve } = createRequire(join(project, "package.json"));
  try {
    return ["vethlab", "@pulumi/pulumi", "typescript"].every((name) => resolve(name) !== "");
  } catch {
    return false;
  }
}

function installPackages(project: string): void {
  console.log("installing packages");
  const { status } = spawnSync("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: project,
    stdio: "inherit",
  });
  if (status !== 0)
    throw new MachineLacks("The project's packages cannot be installed.", `run npm install in ${project}.`);
}
