/**
 * Builds `dist/`, which npm packs: all folders as they are in the checkout, compiled, with the files that the code reads
 * beside itself. npm runs it before it packs (`prepack`).
 */
import { spawnSync } from "node:child_process";
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");

/** What the code reads beside itself. */
const beside = [
  "cli/vethlab.mjs",
  "provider/pulumi-resource-vethlab.mjs",
  "toolchain/home.mjs",
  "images/*/**",
  "scripts/*.sh",
  "templates/**",
  "toolchain/plugins/*/**",
  "toolchain/plugins/build.sh",
  "topology/lab-data/lab-schema.json",
  "topology/schema.json",
];

function compile(): void {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const { status } = spawnSync(process.execPath, [tsc, "--project", "tsconfig.build.json"], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) throw new Error("TypeScript refuses to compile the package");
}

function copyFilesBeside(): void {
  for (const file of globSync(beside, { cwd: root, withFileTypes: true })) {
    const path = join(file.parentPath, file.name).slice(root.length);
    if (file.isFile() && !path.endsWith("_test.go")) cpSync(join(root, path), join(dist, path));
  }
  const { type, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<
    string,
    string
  >;
  writeFileSync(join(dist, "package.json"), JSON.stringify({ type, version }));
  const project = readFileSync(join(root, "Pulumi.yaml"), "utf8");
  writeFileSync(join(dist, "Pulumi.yaml"), project.replace("main: index.ts", "main: index.js"));
}

rmSync(dist, { recursive: true, force: true });
compile();
copyFilesBeside();
