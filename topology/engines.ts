import type { ImageName } from "./lab.ts";

/** The engine versions that a lab host can have, and the image that has each. */
export const engineImages = {
  "20.10": "host",
  "26.1": "host-26",
  "28.5": "host-28",
} as const satisfies Record<string, ImageName>;

export type EngineVersion = keyof typeof engineImages;

/** All versions, the default first. */
export const engineVersions = Object.keys(engineImages) as [EngineVersion, ...EngineVersion[]];
export const [defaultEngine] = engineVersions;

/** The version that a lab's settings ask for. */
export function engineOf(config: unknown): EngineVersion {
  return (config as { engine: EngineVersion }).engine;
}
