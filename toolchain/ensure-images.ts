import { imageNames, imageReference } from "../images/recipe.ts";
import { chooseBuilder, type ImageBuilder } from "./build-image.ts";
import { needSpace } from "./disk.ts";
import { type Engine, engineEnvironment } from "./engine.ts";
import { missingImages } from "./images.ts";
import { preloadImage } from "./preload.ts";
import { ask } from "./programs.ts";

/**
 * Builds the images whose recipe has changed and removes those of earlier recipes. Running it again changes nothing.
 *
 * @param say told what is being done
 * @param builder how to build; default: the way that works here, see {@link chooseBuilder}
 * @throws MachineLacks where neither way of building works
 */
export async function ensureImages(
  engine: Engine,
  say: (line: string) => void,
  builder?: ImageBuilder,
): Promise<void> {
  const missing = await missingImages(engine);
  if (missing.length === 0) return;
  if (engine.host === undefined || engine.host.startsWith("unix://"))
    needSpace("/var/lib", 3, "Building the images");
  const build = builder ?? (await chooseBuilder(engine, say));

  if (missing.includes("box")) {
    say("building the box image");
    await build("box", imageReference("box"), engine);
  }
  if (missing.includes("host")) {
    const bare = `${imageReference("host")}-bare`;
    say("building the host image");
    await build("host", bare, engine);
    say("putting the box image into the host image");
    await preloadImage(engine, { image: imageReference("box"), into: bare, as: imageReference("host") });
  }
  await removeOldImages(engine);
}

/** Removes what earlier recipes have built, by our label. What a container still uses stays until another time. */
async function removeOldImages(engine: Engine): Promise<void> {
  const env = engineEnvironment(engine);
  const current = new Set(imageNames.map(imageReference));
  const { stdout } = await ask(
    "docker",
    ["image", "ls", "--filter", "label=vethlab.image", "--format", "{{.Repository}}:{{.Tag}}"],
    { env },
  );
  const old = stdout
    .split("\n")
    .filter((reference) => /^vethlab\/(box|host):/.test(reference) && !current.has(reference));
  if (old.length > 0) await ask("docker", ["image", "rm", ...old], { env, timeoutMs: 60_000 });
}
