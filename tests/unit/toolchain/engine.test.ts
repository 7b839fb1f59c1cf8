import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";

import {
  askEngine,
  engineEnvironment,
  type EngineStrategy,
  findEngine,
  fromContext,
  fromDockerHost,
  namedPlace,
} from "../../../toolchain/engine.ts";
import { ownEngineSocket } from "../../../toolchain/paths.ts";

let folder: string;
let env: NodeJS.ProcessEnv;

/** Puts a `docker` of this script first on PATH. */
function fakeDocker(script: string): void {
  const file = join(folder, "docker");
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

/** A `docker version` that answers only at these addresses. */
function enginesAt(...hosts: string[]): void {
  const server = '{"Version":"20.10.24+dfsg1","ApiVersion":"1.41","KernelVersion":"6.1.0"}';
  fakeDocker(
    `case " ${hosts.join(" ")} " in *" \${DOCKER_HOST:-default} "*) echo '${server}';; *) exit 1;; esac`,
  );
}

const at =
  (host: string | undefined, how: "context" | "default socket" | "DOCKER_HOST"): EngineStrategy =>
  () =>
    Promise.resolve({ host, how });
const nowhere: EngineStrategy = () => Promise.resolve(undefined);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vethlab-engine-"));
  env = { PATH: `${folder}:/usr/bin:/bin`, HOME: folder };
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("strategies", () => {
  test("DOCKER_HOST is taken as it is", async () => {
    expect(await fromDockerHost({ DOCKER_HOST: "ssh://me@there" })).toEqual({
      host: "ssh://me@there",
      how: "DOCKER_HOST",
    });
    expect(await fromDockerHost({})).toBeUndefined();
    expect(await fromDockerHost({ DOCKER_HOST: "" })).toBeUndefined();
  });

  test("a DOCKER_HOST that `vethlab env` has set is our own engine", async () => {
    const host = `unix://${ownEngineSocket}`;
    expect(await fromDockerHost({ DOCKER_HOST: host })).toEqual({ host, how: "vethlab's own engine" });
    expect(await namedPlace({ ...env, DOCKER_HOST: host })).toBeUndefined();
  });

  test("a context counts when it is not the default one", async () => {
    mkdirSync(join(folder, ".docker"));
    writeFileSync(join(folder, ".docker", "config.json"), "{}");
    fakeDocker('echo "colima unix:///colima.sock"');
    expect(await fromContext(env)).toEqual({ host: "unix:///colima.sock", how: "context" });
    fakeDocker('echo "default unix:///var/run/docker.sock"');
    expect(await fromContext(env)).toBeUndefined();
  });

  test("without a configuration file no context is asked for", async () => {
    fakeDocker('echo "colima unix:///colima.sock"');
    expect(await fromContext(env)).toBeUndefined();
  });
});

describe("findEngine", () => {
  test("takes the first that answers", async () => {
    enginesAt("unix:///own");
    const engine = await findEngine(env, [
      nowhere,
      at(undefined, "default socket"),
      () => Promise.resolve({ host: "unix:///own", how: "vethlab's own engine" }),
    ]);
    expect(engine).toEqual({
      host: "unix:///own",
      how: "vethlab's own engine",
      version: "20.10.24",
      apiVersion: "1.41",
      kernel: "6.1.0",
    });
  });

  test("does not pass over one that the user has named", async () => {
    enginesAt("default");
    expect(
      await findEngine(env, [at("tcp://gone", "DOCKER_HOST"), at(undefined, "default socket")]),
    ).toBeUndefined();
    expect(
      await findEngine(env, [at("unix:///gone", "context"), at(undefined, "default socket")]),
    ).toBeUndefined();
  });

  test("finds nothing where there is no docker command", async () => {
    env["PATH"] = folder;
    expect(await findEngine(env, [at(undefined, "default socket")])).toBeUndefined();
  });
});

test("a client without a server is no engine", async () => {
  fakeDocker("echo null");
  expect(await askEngine({ host: undefined, how: "default socket" }, env)).toBeUndefined();
});

test("DOCKER_HOST is set only for an engine elsewhere", () => {
  expect(engineEnvironment({ host: undefined }, { A: "1" })).toEqual({ A: "1" });
  expect(engineEnvironment({ host: "unix:///x" }, { A: "1" })).toEqual({ A: "1", DOCKER_HOST: "unix:///x" });
});
