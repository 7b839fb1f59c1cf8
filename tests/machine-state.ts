import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { labEnvironment } from "../toolchain/environment.ts";
import { project, resultsDir, tmpDir } from "../toolchain/project.ts";
import { STACK_LABEL } from "../topology/labels.ts";

/** Of something on the engine: the stack that it belongs to. */
const owner = `{{.Label "${STACK_LABEL}"}}`;

/** On what labs are made of: images, and the volume with the snapshot of a virtual machine. */
const IMAGE_LABEL = "vethlab.image";

/** IPv6 link-local addresses and their routes: the kernel gives them to each link, seconds after it is up. */
const LINK_LOCAL = /\bfe80:|\bff00::\/8/;

/**
 * All of a machine that a lab could leave something in, one thing a line, each with its section's title before it. What
 * the engine counts, or brings up and down with its containers, is left out; so are images of labs, which stay.
 */
export async function machineState(): Promise<string[]> {
  const env = { ...process.env, ...(await labEnvironment()) };
  const ask = (command: string, ...args: string[]): Promise<string[]> => lines(command, args, env);
  const sections: [title: string, lines: Promise<string[]>][] = [
    [
      "links",
      ask("ip", "-o", "link", "show").then((links) => links.map((link) => link.split(": ")[1] ?? "")),
    ],
    [
      "addresses",
      ask("ip", "-o", "address", "show").then((all) =>
        all
          .map((one) => one.replace(/^\d+: /, "").replace(/ *\\.*/, ""))
          .filter((one) => !LINK_LOCAL.test(one)),
      ),
    ],
    [
      "routes",
      ask("ip", "route", "show", "table", "all").then((routes) =>
        routes.filter((one) => !LINK_LOCAL.test(one)).map((route) => route.replace(/ linkdown/, "").trim()),
      ),
    ],
    ["named network namespaces", ask("ip", "netns", "list")],
    ["iptables", rules(ask("iptables-save"))],
    ["ip6tables", rules(ask("ip6tables-save"))],
    ["iptables-legacy", rules(ask("iptables-legacy-save"))],
    ["containers", ask("docker", "ps", "--all", "--no-trunc", "--format", `{{.ID}} {{.Names}} ${owner}`)],
    ["networks", ask("docker", "network", "ls", "--no-trunc", "--format", `{{.ID}} {{.Name}} ${owner}`)],
    ["volumes", butOfLabs(ask, "volume", `{{.Name}} ${owner}`)],
    ["images", butOfLabs(ask, "image", "{{.ID}} {{.Repository}}:{{.Tag}}", "--all", "--no-trunc")],
    ["mounts", Promise.resolve(mounts())],
    ["files", Promise.resolve(files())],
  ];
  const texts = await Promise.all(
    sections.map(async ([title, found]) => (await found).map((line) => `${title}: ${line}`).sort()),
  );
  return texts.flat();
}

/** What of a machine's state carries the label of a stack, or is a file named as it: nothing, when it is gone. */
export async function tracesOf(stack: string): Promise<string[]> {
  const named = new RegExp(`(?<![\\w-])${stack}(?![\\w-])`);
  return (await machineState()).filter((line) => named.test(line));
}

/** What a machine's state has lost and gained since. */
export function changes(before: readonly string[], after: readonly string[]): string[] {
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `gone   ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `added  ${line}`),
  ];
}

/** Images, and volumes with the snapshots of virtual machines, but those that labs are made of. */
async function butOfLabs(
  ask: (command: string, ...args: string[]) => Promise<string[]>,
  kind: "image" | "volume",
  format: string,
  ...options: string[]
): Promise<string[]> {
  const list = ["docker", kind, "ls", ...options, "--format", format] as const;
  const [all, ofLabs] = await Promise.all([ask(...list), ask(...list, "--filter", `label=${IMAGE_LABEL}`)]);
  return all.filter((one) => !ofLabs.includes(one));
}

function lines(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string[]> {
  return new Promise((resolve) => {
    execFile(
      command,
      args,
      { env: { ...env, PATH: `${env["PATH"] ?? ""}:/usr/sbin:/sbin` } },
      (error, stdout) => {
        // Not every machine has every tool, nor may every user ask: then both texts say so.
        resolve(error ? [`(not to be had: ${command})`] : stdout.split("\n").filter((line) => line !== ""));
      },
    );
  });
}

/** Rules without comments and counters. */
async function rules(saved: Promise<string[]>): Promise<string[]> {
  return (await saved)
    .filter((line) => !line.startsWith("#"))
    .map((line) => line.replace(/ \[\d+:\d+\]$/, ""));
}

function mounts(): string[] {
  return (
    readFileSync("/proc/self/mountinfo", "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const [before = "", after = ""] = line.split(" - ");
        return `${before.split(" ")[4] ?? ""} ${after.split(" ")[0] ?? ""}`;
      })
      // The engine has it from its first container with the machine's own network on.
      .filter((mount) => !mount.endsWith("/netns/default nsfs"))
  );
}

function files(): string[] {
  const uid = process.getuid?.() ?? 0;
  return [
    ...under(`/tmp/vethlab-${uid}`),
    ...under(join(project.home, "state")).filter(
      (path) => !path.endsWith("meta.yaml") && !path.endsWith("meta.yaml.attrs"),
    ),
    ...under(project.stackConfigDir),
    ...under(resultsDir()),
    // Plain Pulumi leaves its pipes behind when a run fails; `vethlab` gives each stack a folder, and empties it.
    ...under(tmpDir()).filter((path) => !path.includes("/pulumi-node-pipes")),
    ...entries(tmpdir())
      .filter((name) => /^(?:pulumi|automation|vethlab)/.test(name))
      .map((name) => join(tmpdir(), name)),
  ];
}

/** Files below a folder; an empty folder is nothing. */
function under(folder: string): string[] {
  return entries(folder, true).map((name) => join(folder, name));
}

function entries(folder: string, recursive = false): string[] {
  try {
    return recursive
      ? readdirSync(folder, { recursive, withFileTypes: true })
          .filter((entry) => !entry.isDirectory())
          .map((entry) => join(entry.parentPath.slice(folder.length), entry.name))
      : readdirSync(folder);
  } catch {
    return [];
  }
}
