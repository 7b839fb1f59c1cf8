import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterAll, expect, jest, test } from "@jest/globals";
import { execa } from "execa";

// The toolchain of this test has no Compose. Read by toolchain/home.mjs when it is loaded, so before that.
const folder = mkdtempSync(join(tmpdir(), "vethlab-compose-"));
process.env["VETHLAB_HOME"] = folder;

const { composePackage, composeVersion, ownCompose } = await import("../../toolchain/compose.ts");
const { aptOptions, debianKeyrings, debianSources } = await import("../../toolchain/debian.ts");
const { engineEnvironment } = await import("../../toolchain/engine.ts");
const { fromContainer, installCompose } = await import("../../toolchain/install-compose.ts");
const { docker, engine, ownName } = await import("../toolchain/docker.ts");
const { which } = await import("../../toolchain/programs.ts");

// The way that is taken where a Debian image can be pulled, from one that is made here.
jest.setTimeout(180_000);

const { suite } = composePackage;
const base = `${ownName(suite)}:1`;
const canMakeBase = process.getuid?.() === 0 && which("mmdebstrap") !== undefined;

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await docker("image", "rm", base).catch(() => undefined);
});

(canMakeBase ? test : test.skip)("a container of a Debian image gives the one program", async () => {
  const options = ["--quiet", "--variant=apt", '--aptopt=Acquire::Check-Valid-Until "false"'];
  const reach = [...debianKeyrings(), ...(await aptOptions())];
  await execa("mmdebstrap", [...options, ...reach, suite, "-", ...(await debianSources(suite))], {
    encoding: "buffer",
    buffer: { stdout: false },
  }).pipe("docker", ["import", "-", base], { env: engineEnvironment(engine), extendEnv: false });

  await installCompose(() => undefined, fromContainer(engine, base));
  expect(readdirSync(dirname(ownCompose))).toEqual(["docker-compose-2.40"]);
  expect(await composeVersion([ownCompose])).toMatch(/^2\.40\./);
  expect(await docker("ps", "--all", "--quiet", "--filter", `ancestor=${base}`)).toBe("");
});
