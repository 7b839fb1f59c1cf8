#!/usr/bin/env node
// The command's first step, in plain JavaScript. The package is compiled and runs on the Node that there is. The checkout
// needs the Node and the packages that the toolchain puts into node_modules.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileCache, packageRoot as root } from "../toolchain/home.mjs";

const launcher = fileURLToPath(import.meta.url);
const node = join(root, "node_modules", ".bin", "node");
const [main, compiled] = ["main.ts", "main.js"].map((file) => join(root, "cli", file));

if (existsSync(compiled)) {
  module.enableCompileCache?.(compileCache);
  await import(compiled);
} else if (!existsSync(join(root, "node_modules", "commander"))) {
  console.error(
    `vethlab is not set up yet: run "npm start" in ${root} (or "node toolchain/bootstrap.mjs" alone).`,
  );
  process.exitCode = 3;
} else if (process.features.typescript) {
  module.enableCompileCache?.(compileCache);
  await import(main);
} else {
  const child = spawn(node, [launcher, ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  // Ctrl-C reaches the child too, which ends in its own way; this one only waits for it.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("error", (error) => {
    console.error(`vethlab needs Node 24: ${error.message}. Run "node toolchain/bootstrap.mjs" in ${root}.`);
    process.exitCode = 3;
  });
  child.on("exit", (code) => (process.exitCode = code ?? 1));
}
