import type * as pulumi from "@pulumi/pulumi";
import type { Site } from "./site.ts";

/** Enters a missing image of vethlab's own in the plan: an engine would look for it in a registry, where it is not. */
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
