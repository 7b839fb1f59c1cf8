import { resolveConfig } from "../topology/config.ts";
import { reachableEngine } from "../toolchain/engine.ts";
import { ensureImages } from "../toolchain/ensure-images.ts";
import { stackConfig } from "./backend.ts";
import { aboutLab, type Target } from "./labs.ts";

/**
 * Builds the images that a stack is made of, where they are missing.
 *
 * @param settings those that are about to be written to the stack's file
 * @param say told what is being built
 * @throws MachineLacks when no engine answers, or an image cannot be built
 */
export async function ensureImagesFor(
  { stack, lab }: Target,
  settings: Readonly<Record<string, string>>,
  say: (line: string) => void,
): Promise<void> {
  const { config, images } = await aboutLab(lab);
  const written = { ...stackConfig(stack), ...settings };
  const further = images?.(resolveConfig(config, written)) ?? [];
  await ensureImages(await reachableEngine(), say, further);
}
