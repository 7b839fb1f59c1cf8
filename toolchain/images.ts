import { type ImageName, imageNames, imageReference } from "../images/recipe.ts";
import { type Engine, engineEnvironment } from "./engine.ts";
import { ask } from "./programs.ts";

/** The images whose present recipe has not been built on this engine. */
export async function missingImages(engine: Engine): Promise<ImageName[]> {
  const env = engineEnvironment(engine);
  const { ok } = await ask(
    "docker",
    ["image", "inspect", "--format", "{{.Id}}", ...imageNames.map(imageReference)],
    { env },
  );
  if (ok) return [];
  const present = await Promise.all(
    imageNames.map((name) =>
      ask("docker", ["image", "inspect", "--format", "{{.Id}}", imageReference(name)], { env }),
    ),
  );
  return imageNames.filter((_, i) => !present[i]?.ok);
}
