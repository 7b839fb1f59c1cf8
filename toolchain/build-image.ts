import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { execa } from "execa";

import { imagesDir, recipeOf, type Suite } from "../images/recipe.ts";
import type { ImageName } from "../topology/lab.ts";
import { installPackages, unpackPackages } from "./debian.ts";
import { type Engine, engineEnvironment } from "./engine.ts";
import { MachineLacks } from "./lacks.ts";
import { ask, which, widePath } from "./programs.ts";

/** Builds an image from its recipe under a reference. */
export type ImageBuilder = (name: ImageName, reference: string, engine: Engine) => Promise<void>;

/** Base image of `docker build`. */
export function debianBase(suite: Suite): string {
  return `debian:${suite}-slim`;
}

/** Time limit for one image, in ms. */
const buildTimeout = 10 * 60_000;

/** `docker build` where a Debian image is at hand or can be pulled; elsewhere mmdebstrap and `docker import`. */
export function chooseBuilder(say: (line: string) => void): ImageBuilder {
  const bases = new Map<string, Promise<boolean>>();
  return async (name, reference, engine) => {
    const base = debianBase(recipeOf(name).suite);
    if (!bases.has(base)) {
      say(`looking for ${base}`);
      bases.set(base, haveBase(engine, base));
    }
    const build = (await bases.get(base)) === true ? dockerBuild(base) : mmdebstrapImport;
    await build(name, reference, engine);
  };
}

/** Whether the engine has the base image. Pulls the image where the registry answers within five seconds. */
export async function haveBase(engine: Engine, base: string): Promise<boolean> {
  const env = engineEnvironment(engine);
  if ((await ask("docker", ["image", "inspect", "--format", "{{.Id}}", base], { env })).ok) return true;

  const pull = execa("docker", ["pull", base], {
    env,
    extendEnv: false,
    reject: false,
    timeout: buildTimeout,
  });
  // The first line shows that the registry answers. A dead network may be noticed only after minutes.
  const impatience = setTimeout(() => pull.kill(), 5000);
  pull.stdout.once("data", () => {
    clearTimeout(impatience);
  });
  const { failed } = await pull;
  clearTimeout(impatience);
  return !failed;
}

/** `docker build` from a Debian base image. */
export function dockerBuild(base: string): ImageBuilder {
  return async (name, reference, engine) => {
    const env = engineEnvironment(engine);
    const stage = randomBytes(6).toString("hex");
    const { folders } = recipeOf(name);
    const settings = { BASE: base, STAGE: stage, NAME: name, LAST: folders.at(-1) ?? name };
    // The build uses the machine's own network, so that apt reaches the same proxy or mirror as on the machine.
    const result = await execa(
      "docker",
      [
        "build",
        "--network",
        "host",
        ...Object.entries(settings).flatMap((setting) => ["--build-arg", setting.join("=")]),
        ...["-t", reference, "-f", dockerfileOf(name)],
        imagesDir,
      ],
      { env, extendEnv: false, reject: false, all: true, timeout: buildTimeout },
    );
    // Docker's old builder keeps the first stage, the largest, as an image without a name.
    await ask("docker", ["image", "prune", "--force", "--filter", `label=vethlab.stage=${stage}`], { env });
    if (result.failed) {
      throw new MachineLacks(
        `docker build of the ${name} image failed:\n${tail(result.all)}`,
        networkFix(recipeOf(name).suite),
      );
    }
  };
}

/**
 * mmdebstrap and `docker import`. Packages are only unpacked; finish.sh does the part of their scripts that the image
 * needs.
 */
export const mmdebstrapImport: ImageBuilder = async (name, reference, engine) => {
  const { folders, finish, suite } = recipeOf(name);
  if (!which("mmdebstrap")) {
    await installPackages(
      ["mmdebstrap"],
      `let the engine reach an image registry, so that it can pull ${debianBase(suite)}.`,
    );
  }
  const packages = folders.flatMap((folder) =>
    packageList(readFileSync(join(imagesDir, folder, "packages.txt"), "utf8")),
  );
  const bootstrap = execa(
    "mmdebstrap",
    await unpackPackages(suite, packages, [
      ...folders
        .map((folder) => join(imagesDir, folder, "files"))
        .filter((files) => existsSync(files))
        .map(
          (files) =>
            `--extract-hook=tar -C "${files}" --owner=0 --group=0 -c . | tar -C "$1" --keep-directory-symlink -x`,
        ),
      ...finish.map(
        (folder) => `--extract-hook=chroot "$1" busybox sh -s <"${join(imagesDir, folder, "finish.sh")}"`,
      ),
    ]),
    {
      env: { ...process.env, PATH: widePath() },
      extendEnv: false,
      encoding: "buffer",
      buffer: { stdout: false },
      timeout: buildTimeout,
    },
  );
  const changes = imageSettings(readFileSync(dockerfileOf(name), "utf8"), name);
  const imported = bootstrap.pipe(
    "docker",
    ["import", ...changes.flatMap((change) => ["--change", change]), "-", reference],
    {
      env: engineEnvironment(engine),
      extendEnv: false,
    },
  );
  try {
    await imported;
  } catch (error) {
    const output = (error as { stderr?: Uint8Array | string }).stderr ?? String(error);
    const text = typeof output === "string" ? output : Buffer.from(output).toString();
    throw new MachineLacks(
      `The ${name} image cannot be made with mmdebstrap:\n${tail(text)}`,
      networkFix(suite),
    );
  }
};

/** What to do where packages of a Debian release cannot be had. */
function networkFix(suite: Suite): string {
  const pull = `docker pull ${debianBase(suite)}`;
  return `see that this machine reaches its Debian mirror (apt-get update) or the engine an image registry (${pull}), and that the disk is not full.`;
}

/** The package names in a packages.txt: one a line, `#` begins a comment. */
export function packageList(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "");
}

/** The Dockerfile of an image. */
export const dockerfileOf = (name: ImageName): string =>
  join(imagesDir, recipeOf(name).dockerfile ?? name, "Dockerfile");

/** The instructions of a Dockerfile's last stage that `docker import --change` takes too, for the image of a name. */
export function imageSettings(dockerfile: string, name: ImageName): string[] {
  const lines = dockerfile.split("\n");
  const lastStage = lines.slice(lines.findLastIndex((line) => line.startsWith("FROM ")));
  return lastStage
    .filter((line) => /^(CMD|ENTRYPOINT|ENV|EXPOSE|LABEL|USER|VOLUME|WORKDIR) /.test(line))
    .map((line) => line.replace("${NAME}", name));
}

/** The last lines of a program's output, for a message. */
export function tail(text: string): string {
  return text
    .trim()
    .split("\n")
    .slice(-6)
    .map((line) => `  ${line}`)
    .join("\n");
}
