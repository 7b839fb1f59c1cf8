import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, jest, test } from "@jest/globals";
import { execa } from "execa";

import { packageRoot, toolchainHome } from "../../toolchain/paths.ts";
import { which } from "../../toolchain/programs.ts";

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "vethlab-bootstrap-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const bootstrap = (root: string, env: NodeJS.ProcessEnv = {}) =>
  execa(process.execPath, [join(root, "toolchain", "bootstrap.mjs")], {
    env,
    reject: false,
    timeout: 50_000,
  });

/** Names and times of what setup puts in place; all else in there belongs to running labs. */
function putInPlace(): string[] {
  return ["bin", "pulumi/plugins", "pulumi.json"].flatMap((name) => {
    const path = join(toolchainHome, name);
    const inside = statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, encoding: "utf8" })
      : [""];
    return inside.map((file) => `${name}/${file} ${statSync(join(path, file)).mtimeMs}`);
  });
}

test("a second run says nothing and changes nothing", async () => {
  expect((await bootstrap(packageRoot)).exitCode).toBe(0);
  const before = putInPlace();
  const { exitCode, stdout, stderr } = await bootstrap(packageRoot);
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  expect(putInPlace()).toEqual(before);
});

test("without Go and without Pulumi's server, one message says what to do", async () => {
  const programs = join(folder, "programs");
  mkdirSync(programs);
  for (const name of ["docker", "sh", "npm"]) {
    const file = which(name);
    if (file) symlinkSync(file, join(programs, name));
  }
  const { exitCode, stderr } = await bootstrap(packageRoot, {
    PATH: programs,
    VETHLAB_HOME: join(folder, "home"),
    // where the server can be reached: it cannot
    NODE_USE_ENV_PROXY: "1",
    HTTPS_PROXY: "http://127.0.0.1:9",
  });
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(/vethlab: .*there is no Go here\.\n {2}What to do: install Go/);
  expect(stderr).not.toMatch(/^ +at /m);
});

test("without a network for npm's packages, one message says what to do", async () => {
  const copy = join(folder, "copy");
  mkdirSync(join(copy, "toolchain"), { recursive: true });
  for (const file of ["package.json", "package-lock.json", "toolchain/bootstrap.mjs", "toolchain/home.mjs"]) {
    cpSync(join(packageRoot, file), join(copy, file));
  }
  const { exitCode, stderr } = await bootstrap(copy, { npm_config_registry: "http://127.0.0.1:9" });
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(
    /vethlab: npm packages cannot be fetched[^]*What to do: connect this machine to a network/,
  );
  expect(stderr).not.toMatch(/^ +at /m);
});
