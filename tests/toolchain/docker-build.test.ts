import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { execa } from "execa";

import { hostOptions } from "../../images/host-capabilities.ts";
import { dockerBuild } from "../../toolchain/build-image.ts";
import { aptOptions, debianKeyrings, debianSources } from "../../toolchain/debian.ts";
import { engineEnvironment } from "../../toolchain/engine.ts";
import { preloadImage } from "../../toolchain/preload.ts";
import { which } from "../../toolchain/programs.ts";
import { docker, engine, eventually, ownName } from "./docker.ts";

// The way that is taken where a Debian image can be pulled, from one that is made here.
jest.setTimeout(180_000);

const base = `${ownName("debian")}:1`;
const box = `${ownName("box")}:1`;
const bare = `${ownName("bare")}:1`;
const host = `${ownName("host")}:1`;
const container = ownName("host");

const canMakeBase = process.getuid?.() === 0 && which("mmdebstrap") !== undefined;

beforeAll(async () => {
  if (!canMakeBase) return;
  await execa(
    "mmdebstrap",
    [
      "--quiet",
      "--variant=minbase",
      ...debianKeyrings(),
      ...(await aptOptions()),
      ...["bookworm", "-", ...(await debianSources("bookworm"))],
    ],
    { encoding: "buffer", buffer: { stdout: false } },
  ).pipe("docker", ["import", "-", base], { env: engineEnvironment(engine), extendEnv: false });
});
afterAll(async () => {
  await docker("rm", "--force", "--volumes", container);
  for (const image of [host, bare, box, base]) await docker("image", "rm", image).catch(() => undefined);
});

(canMakeBase ? test : test.skip)("docker build makes both images, and they work", async () => {
  const before = await docker("image", "ls", "--quiet", "--filter", "label=vethlab.stage");
  const build = dockerBuild(base);
  await build("box", box, engine);
  await build("host", bare, engine);
  await preloadImage(engine, { image: box, into: bare, as: host });

  expect(
    await docker("image", "inspect", "--format", "{{json .Config.Cmd}} {{json .Config.Labels}}", box),
  ).toBe('["vethlab-idle"] {"vethlab.image":"box"}');
  // of this run: the images that were there before may be another run's
  const stages = await docker("image", "ls", "--quiet", "--filter", "label=vethlab.stage");
  expect(stages.split("\n").filter((id) => id !== "" && !before.includes(id))).toEqual([]);

  await docker("run", "--detach", "--name", container, ...hostOptions, host);
  await eventually(
    () => docker("exec", container, "docker", "run", "--rm", box, "fping", "-c1", "172.17.0.1"),
    20,
  );
});
