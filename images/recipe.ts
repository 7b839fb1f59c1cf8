import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The images that are built here: `box` is what nodes run, `host` carries an engine and, in it, the box image. */
export type ImageName = "box" | "host";

export const imageNames: readonly ImageName[] = ["box", "host"];

/** The folder that holds the recipes; the build context of both. */
export const imagesDir = import.meta.dirname;

/** The folders an image is made of. The host image has all that a box has, and the box image itself within it. */
const madeOf: Record<ImageName, readonly ImageName[]> = { box: ["box"], host: ["box", "host"] };

const references = new Map<ImageName, string>();

/**
 * The reference of an image as its recipe stands now, such as `vethlab/box:3f2a90c1d4e5`. The tag is a hash of the
 * recipe's files: another recipe is another image, and an image that exists is up to date.
 */
export function imageReference(name: ImageName): string {
  let reference = references.get(name);
  if (!reference) {
    reference = `vethlab/${name}:${recipeHash(madeOf[name].map((folder) => join(imagesDir, folder)))}`;
    references.set(name, reference);
  }
  return reference;
}

/** Twelve hex digits over names and contents of all files in the folders, in a fixed order. */
export function recipeHash(folders: readonly string[]): string {
  const hash = createHash("sha256");
  for (const folder of folders) {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    for (const file of files) {
      hash
        .update(`${file.slice(folder.length)}\0`)
        .update(readFileSync(file))
        .update("\0");
    }
  }
  return hash.digest("hex").slice(0, 12);
}
