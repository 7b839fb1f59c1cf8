import type * as pulumi from "@pulumi/pulumi";
import type { Site } from "./site.ts";

/** Enters in the plan that an image of vethlab's own is missing: no registry has it, and an engine would look there. */
export function planImage(
  { plan, machine, stack }: Pick<Site, "plan" | "machine" | "stack">,
  place: string,
  image: pulumi.Input<string>,
): void {
  if (
    typeof image !== "string" ||
    !image.startsWith("vethlab/") ||
    machine.images === undefined ||
    machine.images.includes(image)
  )
    return;
  plan.problem({
    place: `${place}.image`,
    value: image,
    allowed: "this image is not on the engine, and no registry has it",
    fix: `npx vethlab up ${stack} builds it`,
  });
}
