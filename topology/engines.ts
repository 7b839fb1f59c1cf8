import type { ImageName } from "./lab.ts";

/** The engine versions that a lab host can have, and the image that has each. */
export const engineImages = {
  "20.10": "host",
  "26.1": "host-26",
  "28.5": "host-28",
} as const satisfies Record<string, ImageName>;

/** The images that a lab with the setting `engine` takes beside box and host. */
export function furtherImages({ engine }: { engine: EngineVersion }): ImageName[] {
  const image = engineImages[engine];
  return image === "host" ? [] : [image];
}

export type EngineVersion = keyof typeof engineImages;

export const engineVersions = Object.keys(engineImages) as EngineVersion[];
