import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basicImages, imageNames, imageReference, recipeOf } from "../images/recipe.ts";
import type { ImageName } from "../topology/lab.ts";
import { chooseBuilder, type ImageBuilder } from "./build-image.ts";
import { needSpace } from "./disk.ts";
import { type Engine, engineEnvironment } from "./engine.ts";
import { missingImages } from "./images.ts";
import { preloadDisk, preloadImage } from "./preload.ts";
import { imagesFile, packageRoot } from "./paths.ts";
import { ask } from "./programs.ts";

/**
 * Builds the images whose recipe has changed and removes the images of earlier recipes. Safe to repeat.
 *
 * @param say called with each step in words
 * @param further images to build beside box and host
 * @param build the builder; default: the one that works on this machine, see {@link chooseBuilder}
 * @throws MachineLacks where no builder works
 */
export async function ensureImages(
  engine: Engine,
  say: (line: string) => void,
  further: readonly ImageName[] = [],
  build: ImageBuilder = chooseBuilder(say),
): Promise<void> {
  const missing = await missingImages(engine, [...basicImages, ...further]);
  if (missing.length === 0) return;
  if (engine.host === undefined || engine.host.startsWith("unix://"))
    needSpace("/var/lib", 3, "Building the images");

  for (const name of missing) await buildImage(name, engine, say, build);
  await removeOldImages(engine, missing);
}

async function buildImage(
  name: ImageName,
  engine: Engine,
  say: (line: string) => void,
  build: ImageBuilder,
): Promise<void> {
  const { preloads, disk } = recipeOf(name);
  const as = imageReference(name);
  if (disk !== undefined) {
    for (const missing of await missingImages(engine, [disk])) await buildImage(missing, engine, say, build);
  }
  say(`building the ${name} image`);
  if (preloads === undefined && disk === undefined) {
    await build(name, as, engine);
    return;
  }
  const bare = `${as}-bare`;
  await build(name, bare, engine);
  if (preloads !== undefined) {
    say(`putting the ${preloads} image into the ${name} image`);
    await preloadImage(engine, { image: imageReference(preloads), into: bare, as });
  } else if (disk !== undefined) {
    say(`putting the ${disk} image onto a disk in the ${name} image`);
    await preloadDisk(engine, { image: imageReference(disk), into: bare, as });
  }
}

/**
 * Removes images that were built from earlier recipes of this package or checkout: another one that shares the toolchain
 * may have other recipes. Images that a container still uses stay for now.
 */
async function removeOldImages(engine: Engine, built: readonly ImageName[]): Promise<void> {
  const env = engineEnvironment(engine);
  const current = new Set(imageNames.map(imageReference));
  const recorded = {
    ...readBuilt(),
    ...Object.fromEntries(built.map((name) => [imageReference(name), packageRoot])),
  };
  const old = Object.keys(recorded).filter(
    (reference) => recorded[reference] === packageRoot && !current.has(reference),
  );
  if (old.length > 0) await ask("docker", ["image", "rm", ...old], { env, timeoutMs: 60_000 });
  const left = await Promise.all(
    old.map(async (reference) => (await ask("docker", ["image", "inspect", reference], { env })).ok),
  );
  const kept = Object.entries(recorded).filter(([reference]) => left[old.indexOf(reference)] !== false);
  writeFileSync(imagesFile, JSON.stringify(Object.fromEntries(kept), undefined, 2));
}

/** Each image that was built, with the folder of the package or checkout whose recipe it is. */
function readBuilt(): Record<string, string> {
  return existsSync(imagesFile)
    ? (JSON.parse(readFileSync(imagesFile, "utf8")) as Record<string, string>)
    : {};
}
