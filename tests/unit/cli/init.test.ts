import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { init } from "../../../cli/commands/init.ts";
import { packageRoot } from "../../../toolchain/paths.ts";

let folder: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vethlab-init-"));
  // Its packages are found above it, so that none are installed.
  mkdirSync(join(folder, "node_modules"));
  for (const name of ["@pulumi", "typescript"])
    symlinkSync(join(packageRoot, "node_modules", name), join(folder, "node_modules", name));
  mkdirSync(join(folder, "node_modules/vethlab"));
  writeFileSync(join(folder, "node_modules/vethlab/index.js"), "");
  said = [];
  jest.spyOn(console, "log").mockImplementation((line: string) => void said.push(line));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const files = [
  ".github/workflows/lab.yml",
  ".gitignore",
  "Pulumi.yaml",
  "README.md",
  "index.ts",
  "package.json",
  "tsconfig.json",
];

/** The paths of all files in a folder. */
const filesIn = (at: string): string[] =>
  readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(at.length + 1))
    .sort();

test("writes a whole project, under the folder's name", () => {
  const project = join(folder, "My Lab!");
  expect(init(project)).toBe(0);
  expect(filesIn(project)).toEqual(files);
  expect(readFileSync(join(project, "Pulumi.yaml"), "utf8")).toMatch(/^name: my-lab$/m);
  const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as {
    version: string;
  };
  expect(JSON.parse(readFileSync(join(project, "package.json"), "utf8"))).toMatchObject({
    name: "my-lab",
    dependencies: { vethlab: `^${version}` },
  });
  for (const file of files) expect(readFileSync(join(project, file), "utf8")).not.toContain("${PROJECT}");
  expect(said.at(-1)).toBe(`\nNext:  cd ${project} && npx vethlab up`);
});

test("overwrites nothing, and writes nothing beside what is there", () => {
  const project = join(folder, "lab");
  mkdirSync(project);
  writeFileSync(join(project, "index.ts"), "mine");
  expect(() => init(project)).toThrow(`${join(project, "index.ts")} exists already: nothing is written.`);
  expect(filesIn(project)).toEqual(["index.ts"]);
  expect(readFileSync(join(project, "index.ts"), "utf8")).toBe("mine");
});
