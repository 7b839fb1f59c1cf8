import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { binDir, pulumiFile, pulumiHome, toolchainHome } from "./paths.ts";

/** The versions that fit together; the npm packages of the same names are pinned to them. */
export const pulumiVersion = "3.259.0";
export const pluginVersions = { docker: "5.2.0", command: "1.2.1" } as const;

type PluginName = keyof typeof pluginVersions;
export const pluginNames = Object.keys(pluginVersions) as PluginName[];

/** Sources of the plugins that are ours, module files of the rest, and build.sh. */
export const pluginsDir = join(import.meta.dirname, "plugins");

/** How Pulumi came onto this machine. */
export interface PulumiState {
  /** `official`: downloaded from Pulumi. `built`: from the Go module proxy. */
  way: "official" | "built";
  pulumi: string;
  plugins: Record<PluginName, string>;
  /** For `built`: a hash of what each binary was built from. */
  sources?: Record<string, string>;
}

/** Pulumi's CLI, and the language host beside it for programs in TypeScript. */
export const cli = join(binDir, "pulumi");
export const languageHost = join(binDir, "pulumi-language-nodejs");

/** The binaries that plugins/build.sh builds, with their files. The small ones come first, so that an error shows early. */
export const binaries: Readonly<Record<string, string>> = {
  "pulumi-language-nodejs": join(pulumiHome, "language-nodejs", "pulumi-language-nodejs"),
  "pulumi-resource-command": pluginFile("command"),
  "pulumi-resource-docker": pluginFile("docker"),
  pulumi: cli,
};

function pluginFile(name: PluginName): string {
  return join(pulumiHome, "plugins", `resource-${name}-v${pluginVersions[name]}`, `pulumi-resource-${name}`);
}

/** Whether all of Pulumi is installed, in the present versions and from the present sources. */
export function havePulumi(): boolean {
  const state = readPulumiState();
  const files = [cli, languageHost, ...pluginNames.map(pluginFile)];
  if (!state || !files.every((file) => existsSync(file))) return false;
  const versions =
    state.pulumi === pulumiVersion &&
    pluginNames.every((name) => state.plugins[name] === pluginVersions[name]);
  return versions && (state.way === "official" || staleBinaries(state).length === 0);
}

/** The binaries whose sources have changed since they were built, or that are missing. */
export function staleBinaries(state: PulumiState | undefined): string[] {
  return Object.entries(binaries)
    .filter(([name, file]) => !existsSync(file) || state?.sources?.[name] !== sourceHash(name))
    .map(([name]) => name);
}

/** Hash of the sources of a binary, in sixteen hex digits. */
export function sourceHash(name: string): string {
  const hash = createHash("sha256").update(readFileSync(join(pluginsDir, "build.sh")));
  const files = readdirSync(join(pluginsDir, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith("_test.go"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) hash.update(`${file.slice(pluginsDir.length)}\0`).update(readFileSync(file));
  return hash.digest("hex").slice(0, 16);
}

/** The record of Pulumi's installation; undefined before the installation. */
export function readPulumiState(): PulumiState | undefined {
  try {
    return JSON.parse(readFileSync(pulumiFile, "utf8")) as PulumiState;
  } catch {
    return undefined;
  }
}

/** Records Pulumi's installation. */
export function writePulumiState(state: PulumiState): void {
  mkdirSync(toolchainHome, { recursive: true });
  writeFileSync(pulumiFile, JSON.stringify(state, undefined, 2));
}
