import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, jest, test } from "@jest/globals";
import type { Report } from "../../checks/report.ts";
import { corpus, corpusFolder, type Entry, type Name, names } from "../compose/corpus.ts";
import { vethlab } from "../live/vethlab.ts";
import { machineState } from "../machine-state.ts";

/** Each file of the corpus comes up as claimed, is broken once by hand, and goes without a trace. */
jest.setTimeout(600_000);

const folder = mkdtempSync(join(tmpdir(), "corpus-"));
cpSync(corpusFolder, folder, { recursive: true });
const fileOf = (name: Name): string => join(folder, name, "compose.yaml");

afterAll(async () => {
  for (const name of names)
    if (existsSync(join(folder, name, ".vethlab"))) await vethlab("down", fileOf(name));
  rmSync(folder, { recursive: true });
});

/** The files beside compose.yaml. What vethlab keeps of stacks is in a folder of its own. */
function filesOf(name: Name): string[] {
  return readdirSync(join(folder, name), { recursive: true })
    .map(String)
    .filter((file) => !file.startsWith(".vethlab"))
    .sort();
}

function optionsOf(name: Name): string[] {
  const { further = [], profiles = [], envFiles = [] }: Entry = corpus[name];
  const at = (file: string): string => join(folder, name, file);
  return [
    ...further.flatMap((file) => ["--file", at(file)]),
    ...profiles.flatMap((profile) => ["--profile", profile]),
    ...envFiles.flatMap((file) => ["--env-file", at(file)]),
  ];
}

async function onHost(name: Name, script: string): Promise<string> {
  const { code, stdout, stderr } = await vethlab("exec", fileOf(name), "host1", "--", "sh", "-ec", script);
  expect({ script, code, stderr }).toMatchObject({ script, code: 0 });
  return stdout;
}

/** Whatever of the lab is on the machine. */
async function tracesOf(name: Name): Promise<string[]> {
  return (await machineState()).filter((line) => line.includes(`vethlab-${name}-compose.yaml`));
}

/** Nothing of a file but its network reaches the boxes, least of all the machine. */
async function expectHarmless(name: Name): Promise<void> {
  const format = "{{.HostConfig.Privileged}} {{.HostConfig.PidMode}} {{len .Mounts}} {{.Config.Image}}";
  const told = await onHost(name, `docker inspect -f '${format}' $(docker ps -q)`);
  for (const line of told.trim().split("\n")) expect(line).toMatch(/^false {2}0 vethlab\/box:/);
  expect(existsSync("/tmp/vethlab-was-here")).toBe(false);
}

test.each(names)("%s", async (name) => {
  const { broken }: Entry = corpus[name];
  const before = filesOf(name);
  const up = await vethlab("up", fileOf(name), ...optionsOf(name), "--json");
  expect({ ...up, stdout: up.code === 0 || up.stdout }).toMatchObject({ code: 0 });
  expect((await tracesOf(name)).length).toBeGreaterThan(0);
  await expectHarmless(name);

  await onHost(name, broken.by);
  const { stdout } = await vethlab("verify", fileOf(name), "--json");
  const { results } = JSON.parse(stdout) as Report;
  const failing = results.filter(({ holds }) => !holds).map(({ claim }) => claim);
  const expected = results
    .map(({ claim }) => claim)
    .filter((one) => broken.fails.some((fails) => fails.test(one)));
  expect(failing).toEqual(expected);
  expect(failing).not.toEqual([]);

  expect(await vethlab("down", fileOf(name))).toMatchObject({ code: 0 });
  expect(await tracesOf(name)).toEqual([]);
  expect(filesOf(name)).toEqual(before);
});
