import { basicImages, imageReference } from "../images/recipe.ts";
import type { ImageName } from "../topology/lab.ts";
import { type Engine, engineEnvironment } from "./engine.ts";
import { ask } from "./programs.ts";

/** The images whose present recipe has not been built on this engine. */
export async function missingImages(
  engine: Engine,
  names: readonly ImageName[] = basicImages,
): Promise<ImageName[]> {
  const env = engineEnvironment(engine);
  const { ok } = await ask(
    "docker",
    ["image", "inspect", "--format", "{{.Id}}", ...names.map(imageReference)],
    { env },
  );
  if (ok) return [];
  const present = await Promise.all(
    names.map((name) =>
      ask("docker", ["image", "inspect", "--format", "{{.Id}}", imageReference(name)], { env }),
    ),
  );
  return names.filter((_, i) => !present[i]?.ok);
}
