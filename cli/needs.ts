import { reachableEngine } from "../toolchain/engine.ts";
import { missingImages } from "../toolchain/images.ts";
import { MachineLacks } from "../toolchain/lacks.ts";

/**
 * Looks whether the images that labs are made of are there.
 *
 * @throws MachineLacks when no engine answers, or one of its images has not been built
 */
export async function needImages(): Promise<void> {
  const missing = await missingImages(await reachableEngine());
  if (missing.length === 0) return;
  throw new MachineLacks(
    `The engine has no ${missing.join(" and no ")} image as its recipe stands now.`,
    "`node toolchain/bootstrap.mjs` builds it.",
  );
}
