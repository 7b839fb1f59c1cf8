import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { labEnvironment } from "../toolchain/environment.ts";
import { resultsDir, stackConfigDir, stateDir, tmpDir } from "../toolchain/paths.ts";

/** IPv6 link-local addresses and their routes: the kernel gives them to each link, seconds after it is up. */
const LINK_LOCAL = /\bfe80:|\bff00::\/8/;

/**
 * All of a machine that a lab could leave something in, as text, one thing a line: taken before and after, the two must
 * be equal. What the engine counts, or brings up and down with its containers, is left out.
 */
export async function machineState(): Promise<string> {
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
    ["containers", ask("docker", "ps", "--all", "--no-trunc", "--format", "{{.ID}} {{.Names}} {{.Image}}")],
    ["networks", ask("docker", "network", "ls", "--no-trunc", "--format", "{{.ID}} {{.Name}}")],
    ["volumes", ask("docker", "volume", "ls", "--format", "{{.Name}}")],
    [
      "images",
      ask("docker", "image", "ls", "--all", "--no-trunc", "--format", "{{.ID}} {{.Repository}}:{{.Tag}}"),
    ],
    ["mounts", Promise.resolve(mounts())],
    ["files", Promise.resolve(files())],
  ];
  const texts = await Promise.all(
    sections.map(async ([title, found]) => `## ${title}\n${(await found).sort().join("\n")}\n`),
  );
  return texts.join("\n");
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
  return readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [before = "", after = ""] = line.split(" - ");
      return `${before.split(" ")[4] ?? ""} ${after.split(" ")[0] ?? ""}`;
    });
}

function files(): string[] {
  const uid = process.getuid?.() ?? 0;
  return [
    ...under(`/tmp/vethlab-${uid}`),
    ...under(stateDir).filter((path) => !path.endsWith("meta.yaml") && !path.endsWith("meta.yaml.attrs")),
    ...under(stackConfigDir),
    ...under(resultsDir),
    // Plain Pulumi leaves its pipes behind when a run fails; `vethlab` gives each stack a folder, and empties it.
    ...under(tmpDir).filter((path) => !path.includes("/pulumi-node-pipes")),
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
