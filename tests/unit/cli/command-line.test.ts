import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "@jest/globals";

const launcher = fileURLToPath(new URL("../../../cli/vethlab.mjs", import.meta.url));

function vethlab(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [launcher, ...args], (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, stdout, stderr });
    });
  });
}

const subcommands = ["list", "status", "up", "preview", "verify", "exec", "graph", "down", "doctor", "env"];

describe("help", () => {
  test("names every subcommand and the exit codes", async () => {
    const { code, stdout } = await vethlab("--help");
    expect(code).toBe(0);
    for (const name of subcommands) expect(stdout).toMatch(new RegExp(`^ {2}${name}\\b`, "m"));
    expect(stdout).toContain("Exit codes: 0 all well, 1 a claim failed");
  });

  test.each(subcommands)("of %s has an example", async (name) => {
    const { code, stdout } = await vethlab(name, "--help");
    expect(code).toBe(0);
    expect(stdout).toMatch(name === "env" ? /\$ eval/ : new RegExp(`\\$ npx vethlab ${name}`));
  });
});

describe("wrong use ends with 2 and says what would be right", () => {
  test.each([
    [["lst"], "Did you mean list?"],
    [["up"], "missing required argument 'lab'"],
    [["up", "user-brige"], 'did you mean "user-bridge"?'],
    [["up", "user-bridge", "-c", "connectBox3"], "write -c key=value"],
    [["verify", "user-bridge", "--jsn"], "Did you mean --json?"],
    [["down"], "npx vethlab down --all"],
    [["down", "user-bridge", "--all"], "npx vethlab down --all"],
    [["down", "user-brigde"], 'did you mean "user-bridge"?'],
    [["status", "user-brige"], 'did you mean "user-bridge"?'],
    [["exec", "user-bridge"], "missing required argument 'node'"],
    [["graph", "user-bridge", "--write", "lab.png"], "--write: lab.png\n    must end with .svg or .dot"],
  ])("vethlab %j", async (args, words) => {
    const { code, stderr, stdout } = await vethlab(...args);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });
});

describe("a lab file", () => {
  const folder = mkdtempSync(join(tmpdir(), "lab-files-"));
  const file = join(folder, "lab.yaml");
  writeFileSync(file, "networks: { front: { subnt: 10.1.0.0/24 } }\nclaims: []\n");
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test.each([
    [["up", file], "lab.yaml:1:22 networks.front.subnt: 10.1.0.0/24"],
    [["preview", file], 'fix: did you mean "subnet"?'],
    [["up", join(folder, "lbb.yml")], 'did you mean "lab.yaml"?'],
    [["up", file, "--stack", "two"], "--stack two.yaml"],
    [["up", file, "--stack", "two.yaml"], "A lab file has one stack, lab.yaml."],
    [["up", file, "--profile", "debug"], "are for Compose files; lab.yaml is a lab file"],
    [["diff", file, file, "--fail-on", "open"], "--fail-on open: use some of opened"],
    [["claims", "user-bridge"], "claims is for files: user-bridge is none"],
    [["up", "user-bridge", "--engine", "28.5"], "are for Compose files; user-bridge is no file"],
    [["verify", file], '"lab.yaml" is not up. Build it with: npx vethlab up lab.yaml'],
    [["exec", file, "web", "--", "true"], '"lab.yaml" is not up'],
    [["trace", file, "web", "db"], '"lab.yaml" is not up'],
    [["drill", file], '"lab.yaml" is not up'],
  ])("vethlab %j is refused, and makes nothing", async (args, words) => {
    const { code, stderr } = await vethlab(...args);
    expect(stderr).toContain(words);
    expect(code).toBe(2);
    expect(readdirSync(folder)).toEqual(["lab.yaml"]);
  });
});
