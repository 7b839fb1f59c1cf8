#!/usr/bin/env node
// Starts the provider, as cli/vethlab.mjs starts the command: the package is compiled, the checkout needs Node 24.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const launcher = fileURLToPath(import.meta.url);
const folder = dirname(launcher);
const compiled = join(folder, "provider.js");

if (existsSync(compiled)) await import(compiled);
else if (process.features.typescript) await import(join(folder, "provider.ts"));
else {
  const node = join(folder, "..", "node_modules", ".bin", "node");
  const child = spawn(node, [launcher, ...process.argv.slice(2)], { stdio: "inherit" });
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("exit", (code) => (process.exitCode = code ?? 1));
}
