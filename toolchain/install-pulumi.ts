import { cpSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";

import { execa } from "execa";

import { needSpace } from "./disk.ts";
import { MachineLacks } from "./lacks.ts";
import { binDir, pulumiHome, toolchainHome } from "./paths.ts";
import { which, widePath } from "./programs.ts";
import {
  binaries,
  cli,
  havePulumi,
  languageHost,
  pluginNames,
  pluginsDir,
  pluginVersions,
  type PulumiState,
  pulumiVersion,
  readPulumiState,
  sourceHash,
  staleBinaries,
  writePulumiState,
} from "./pulumi.ts";

/**
 * Puts Pulumi's CLI, its Node language host and its plugins into our own folders: downloaded from Pulumi where its
 * server can be reached, else built from the Go module proxy.
 *
 * @throws MachineLacks
 */
export async function ensurePulumi(say: (line: string) => void): Promise<void> {
  if (havePulumi()) return;
  // A machine that has built Pulumi goes on building it: the two ways are not mixed.
  if (readPulumiState()?.way !== "built") {
    say("asking for Pulumi's download server");
    if ((await downloadServerAnswers()) && (await download(say))) return;
  }
  await build(say);
}

/** Whether Pulumi's installer, which the npm package `pulumi` runs, can be fetched; decided within three seconds. */
async function downloadServerAnswers(): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(3000);
    return (await fetch("https://get.pulumi.com/install.sh", { method: "HEAD", signal })).ok;
  } catch {
    return false;
  }
}

/** The official way. False where a part cannot be downloaded, such as a plugin on another server. */
async function download(say: (line: string) => void): Promise<boolean> {
  needSpace(toolchainHome, 1.5, "Pulumi");
  const options = {
    env: { PULUMI_HOME: pulumiHome, PULUMI_SKIP_UPDATE_CHECK: "1" },
    timeout: 5 * 60_000,
    reject: false,
  } as const;
  say(`downloading Pulumi ${pulumiVersion}`);
  const wrapper = createRequire(import.meta.url).resolve("pulumi/run.js");
  if ((await execa(process.execPath, [wrapper, "version"], options)).failed) return false;

  mkdirSync(binDir, { recursive: true });
  for (const program of [cli, languageHost]) {
    rmSync(program, { force: true });
    symlinkSync(join(pulumiHome, "versions", pulumiVersion, "bin", basename(program)), program);
  }
  for (const name of pluginNames) {
    say(`downloading Pulumi's ${name} plugin ${pluginVersions[name]}`);
    const args = ["plugin", "install", "resource", name, pluginVersions[name]];
    if ((await execa(cli, args, options)).failed) return false;
  }
  writePulumiState({ way: "official", pulumi: pulumiVersion, plugins: pluginVersions });
  return true;
}

/** The other way: from sources, through the Go module proxy. */
async function build(say: (line: string) => void): Promise<void> {
  const stale = staleBinaries(readPulumiState());
  mkdirSync(binDir, { recursive: true });
  rmSync(languageHost, { force: true });
  cpSync(join(pluginsDir, "pulumi-language-nodejs", "language-host.sh"), languageHost);
  if (stale.length === 0) return;
  const path = widePath();
  if (!which("go", path)) {
    throw new MachineLacks(
      "Pulumi's download server cannot be reached, and to build Pulumi from source there is no Go here.",
      "install Go 1.26 or later (the `go` command must be on PATH), or let this machine reach get.pulumi.com.",
    );
  }
  needSpace(toolchainHome, 6, "Building Pulumi");

  const state: PulumiState = {
    way: "built",
    pulumi: pulumiVersion,
    plugins: pluginVersions,
    sources: { ...readPulumiState()?.sources },
  };
  const script = join(pluginsDir, "build.sh");
  // Downloads run beside the first build: downloads wait for the network, the build for processors. A download that
  // fails is reported by the build that needs it.
  for (const name of stale) void execa(script, [name], { env: { PATH: path }, reject: false });
  for (const [i, name] of stale.entries()) {
    const output = binaries[name];
    if (output === undefined) continue;
    const what = `building ${name} from source, ${i + 1} of ${stale.length}`;
    const begun = Date.now();
    const alive = setInterval(() => {
      say(`${what}: ${Math.round((Date.now() - begun) / 1000)} s`);
    }, 1000);
    say(what);
    const result = await execa(script, [name, output], {
      env: { PATH: path },
      reject: false,
      all: true,
      timeout: 20 * 60_000,
    });
    clearInterval(alive);
    if (result.failed) throw buildFailure(name, result.all);
    // One after another: a finished build is kept when the next one fails.
    state.sources = { ...state.sources, [name]: sourceHash(name) };
    writePulumiState(state);
  }
}

/** A failed build, in terms of what the machine lacks. */
export function buildFailure(name: string, output: string): MachineLacks {
  const last = output
    .trim()
    .split("\n")
    .slice(-4)
    .map((line) => `  ${line}`)
    .join("\n");
  if (/no space left/i.test(output)) {
    return new MachineLacks(
      `The disk ran full while ${name} was built:\n${last}`,
      "free some space (6 GB are enough).",
    );
  }
  if (/dial tcp|no such host|i\/o timeout|connection refused|TLS handshake/i.test(output)) {
    return new MachineLacks(
      `${name} cannot be built, since neither Pulumi's download server nor the Go module proxy can be reached:\n${last}`,
      "connect the machine to a network, or set GOPROXY to a proxy that it reaches.",
    );
  }
  return new MachineLacks(`${name} cannot be built:\n${last}`, "see that `go version` says 1.26 or later.");
}
