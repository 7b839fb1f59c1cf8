import { imageNames, imageReference } from "../images/recipe.ts";
import { reachableEngine } from "../toolchain/engine.ts";
import { ensureImages } from "../toolchain/ensure-images.ts";
import { ensureVmSnapshot } from "../toolchain/vm-snapshot.ts";

/**
 * Builds the images of vethlab's for want of which a program was refused (components/image-plan.ts): what a program of
 * the user's needs is not known before it runs.
 *
 * @param said what the program was refused with
 * @returns whether any was built
 */
export async function buildMissingImages(said: string, say: (line: string) => void): Promise<boolean> {
  const missing = imageNames.filter((name) =>
    said.includes(`.image: ${imageReference(name)}\n    this image is not on the engine`),
  );
  if (missing.length === 0) return false;
  const engine = await reachableEngine();
  await ensureImages(engine, say, missing);
  if (missing.includes("vm")) await ensureVmSnapshot(engine, say);
  return true;
}
