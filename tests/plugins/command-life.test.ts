import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";

import { readPulumiState } from "../../toolchain/pulumi.ts";
import { Program, type State } from "./program.ts";

// Real runs of one program. Remote commands have tests of their own, in Go, beside the plugin: they need an SSH server.
jest.setTimeout(60_000);

const ours = readPulumiState()?.way !== "official";
const program = new Program(readFileSync(join(import.meta.dirname, "commands.program.ts"), "utf8"));

const environment = (stage: string) => ({ STAGE: stage, ...(ours && { LONG_LINE: "1" }) });

const up = (stage: string) =>
  program.pulumi(["up", "--yes", "--skip-preview", "--stack", "test"], environment(stage));

interface Run {
  output: string;
  state: State;
}
let first: Run, second: Run;

async function succeeding(stage: string): Promise<Run> {
  const { exitCode, all } = await up(stage);
  expect({ exitCode, all }).toMatchObject({ exitCode: 0 });
  return { output: all, state: await program.exported() };
}

beforeAll(async () => {
  await program.pulumi(["stack", "init", "test"]);
  first = await succeeding("first");
  second = await succeeding("second");
});
afterAll(async () => {
  await program.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "test"]);
  program.remove();
});

/** A resource's outputs after the first run. */
const made = (name: string) => first.state.resource(name).outputs;

describe("create", () => {
  test("runs the command with the environment and keeps both streams, without the last newline", () => {
    expect(made("life")).toMatchObject({ stdout: "created with first", stderr: "trouble with first" });
  });

  test("dir is where the command runs", () => {
    expect(program.file("triggered-log")).toContain(`create ${join(program.folder, "first")}\n`);
  });

  test("interpreter runs the command instead of the shell", () => {
    expect(made("interpreted")).toMatchObject({ stdout: "42" });
  });

  test("stdin is fed to the command", () => {
    expect(made("fed")).toMatchObject({ stdout: "one\ntwo" });
  });

  test("assetPaths and archivePaths collect files", () => {
    const { assets, archive } = made("maker") as { assets: object; archive: { assets: object } };
    expect(Object.keys(assets).sort()).toEqual(["a.txt", "deep/b.txt"]);
    expect(Object.keys(archive.assets)).toEqual(["d.md"]);
  });

  test("without a command nothing runs, and the outputs are empty", () => {
    expect(second.state.resource("empty").outputs).toMatchObject({ stdout: "", stderr: "" });
  });

  (ours ? test : test.skip)("a line of 200 KiB is captured and logged (the official plugin blocks)", () => {
    expect(made("long")["stdout"]).toBe("x".repeat(204800));
    expect(first.output).toContain("x".repeat(1000));
  });
});

describe("logging", () => {
  test("by default both streams are shown", () => {
    expect(first.output).toContain("created with first");
    expect(first.output).toContain("trouble with first");
  });

  test("stdout shows that stream only", () => {
    expect(first.output).toContain("out-of-half");
    expect(first.output).not.toContain("err-of-half");
  });

  test("none shows nothing, and the streams are captured all the same", () => {
    expect(first.output).not.toContain("of-unheard");
    expect(made("unheard")).toMatchObject({ stdout: "out-of-unheard", stderr: "err-of-unheard" });
  });
});

describe("update", () => {
  test("runs the update command in place, with the previous output in its environment", () => {
    const { id, outputs } = second.state.resource("life");
    expect(id).toBe(first.state.resource("life").id);
    expect(outputs).toMatchObject({
      stdout: "updated with second after [created with first] [trouble with first]",
      stderr: "",
    });
  });

  test("without an update command runs create; addPreviousOutputInEnv false hides the previous output", () => {
    const { id, outputs } = second.state.resource("forgetful");
    expect(id).toBe(first.state.resource("forgetful").id);
    expect(outputs).toMatchObject({ stdout: "second after []" });
  });

  test("a changed trigger replaces: create, then delete with the arguments of then", () => {
    expect(second.state.resource("triggered").id).not.toBe(first.state.resource("triggered").id);
    expect(program.file("triggered-log").split("\n").slice(0, 3)).toEqual([
      `create ${join(program.folder, "first")}`,
      `create ${join(program.folder, "later")}`,
      `delete ${join(program.folder, "first")}`,
    ]);
  });

  test("a program that has not changed changes nothing", async () => {
    const args = ["preview", "--expect-no-changes", "--stack", "test"];
    const { exitCode, all } = await program.pulumi(args, environment("second"));
    expect({ exitCode, all }).toMatchObject({ exitCode: 0 });
  });

  test("what has not changed does not run", () => {
    expect(second.state.resource("fed").id).toBe(first.state.resource("fed").id);
    expect(second.output).not.toContain("out-of-half");
  });
});

test("secret arguments and outputs are ciphertext in the state, and in the clear for the command", async () => {
  expect(first.state.text.includes("-in-clear")).toBe(false);
  const { outputs } = (await program.exported("--show-secrets")).resource("secretive");
  expect(outputs["stdout"]).toMatchObject({ plaintext: JSON.stringify("token-in-clear\nstdin-in-clear") });
});

test("local.run runs with the program and returns both streams", async () => {
  const { stdout } = await program.pulumi(["stack", "output", "--json", "--stack", "test"]);
  expect((JSON.parse(stdout) as { run: object }).run).toMatchObject({
    stdout: `ran with second in ${join(program.folder, "run")}\nfed`,
    stderr: "trouble",
    command: expect.any(String) as unknown,
  });
});

test("a failing command fails the run with its exit code and its output, and nothing is recorded", async () => {
  const { exitCode, all } = await up("failing");
  expect(exitCode).not.toBe(0);
  const [, quoted] = /exit status 3: running "[^\n]*":\n([^]*)/.exec(all) ?? [];
  expect(quoted).toContain("out-of-failing");
  expect(quoted).toContain("err-of-failing");
  expect((await program.exported()).text).not.toContain("::failing");
});

test("an interrupt ends a running command and its children", async () => {
  const run = up("slow");
  const child = join(program.folder, "slow-child");
  while (!existsSync(child) && run.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 50));
  run.kill("SIGINT");
  expect((await run).exitCode).not.toBe(0);
  expect(alive(Number(program.file("slow-child")))).toBe(false);
});

test("destroy runs the delete commands with the arguments and outputs of the last update", async () => {
  // The interrupt may have come before or after the update of this one.
  const { inputs, outputs } = (await program.exported()).resource("life");
  const { WORD } = inputs["environment"] as { WORD: string };
  const { exitCode, all } = await program.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "test"]);
  expect({ exitCode, all }).toMatchObject({ exitCode: 0 });
  expect(WORD).not.toBe("first");
  expect(program.file("life-deleted")).toBe(`deleted with ${WORD} after [${String(outputs["stdout"])}]\n`);
});

/** Whether a process runs; one that has ended but is not yet collected does not. */
function alive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
