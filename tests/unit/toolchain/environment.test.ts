import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "@jest/globals";

// paths.ts reads it once
const home = join(tmpdir(), `vethlab-home-${process.pid}`);
process.env["VETHLAB_HOME"] = home;
const { labEnvironment } = await import("../../../toolchain/environment.ts");
const { project } = await import("../../../toolchain/project.ts");

const socket = join(home, "engine.sock");
let server: Server;

beforeAll(async () => {
  mkdirSync(home, { recursive: true });
  server = createServer();
  await new Promise<void>((listening) => server.listen(socket, listening));
  writeFileSync(
    join(home, "engine.json"),
    JSON.stringify({ host: `unix://${socket}`, how: "vethlab's own engine" }),
  );
});
afterAll(async () => {
  await new Promise((closed) => server.close(closed));
  rmSync(home, { recursive: true });
});

test("our programs come first on PATH, once", async () => {
  const first = await labEnvironment({ PATH: "/usr/bin" });
  const again = await labEnvironment(first);
  expect(first["PATH"]).toMatch(new RegExp(`^${home}/bin:.*/node_modules/.bin:/usr/bin$`));
  expect(again["PATH"]).toBe(first["PATH"]);
});

test("the toolchain's folder is VETHLAB_HOME, the stacks' files are the checkout's", async () => {
  const env = await labEnvironment({});
  expect(env).toMatchObject({
    PULUMI_HOME: join(home, "pulumi"),
    PULUMI_BACKEND_URL: `file://${project.home}/state`,
    PULUMI_CONFIG_PASSPHRASE_FILE: join(project.home, "passphrase"),
    TMPDIR: join(project.home, "tmp"),
  });
});

test("the engine is the one that setup has found", async () => {
  expect((await labEnvironment({}))["DOCKER_HOST"]).toBe(`unix://${socket}`);
});

test("what the user says of the engine stays", async () => {
  expect(await labEnvironment({ DOCKER_HOST: "ssh://me@there" })).not.toHaveProperty("DOCKER_HOST");
});

test("plugins are not searched for elsewhere when they were built here", async () => {
  expect(await labEnvironment({})).not.toHaveProperty("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION");
  writeFileSync(join(home, "pulumi.json"), JSON.stringify({ way: "built" }));
  expect(await labEnvironment({})).toHaveProperty("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "1");
});

test("takes less than 30 ms", async () => {
  const begun = performance.now();
  await labEnvironment({});
  expect(performance.now() - begun).toBeLessThan(30);
});
