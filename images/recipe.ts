import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ImageName } from "../topology/lab.ts";

/** The Debian releases of which packages are used. */
export type Suite = "bullseye" | "bookworm" | "trixie" | "forky";

/** How an image is made: by the Dockerfile in the folder of its name, or from the same files with mmdebstrap. */
export interface Recipe {
  /** The folders with the image's `packages.txt` and, where there are any, `files/`. */
  folders: readonly string[];
  /** The folders whose finish.sh runs in the image, in order. */
  finish: readonly string[];
  /** The Debian release of the packages. */
  suite: Suite;
  /** The folder with its Dockerfile. Default: that of its name. */
  dockerfile?: ImageName;
  /** The image that the engine inside has from the start. Default: none. */
  preloads?: ImageName;
  /** The image whose files become the disk of the virtual machine inside; not kept otherwise. Default: none. */
  disk?: ImageName;
}

const recipes: Record<ImageName, Recipe> = {
  box: { folders: ["box"], finish: ["box"], suite: "bookworm" },
  host: engineHost("bookworm"),
  etcd: { folders: ["box", "etcd"], finish: ["box"], suite: "bookworm" },
  consul: { folders: ["box", "consul"], finish: ["box"], suite: "bullseye" },
  guest: {
    folders: ["box", "host", "exec", "guest"],
    finish: ["guest", "host", "box"],
    suite: "trixie",
    preloads: "box",
  },
  vm: { folders: ["exec", "vm"], finish: ["vm"], suite: "trixie", disk: "guest" },
  "host-bullseye": engineHost("bullseye"),
  "host-26": engineHost("trixie", "host-26"),
  "host-28": engineHost("forky", "host-28"),
};

/** A lab host with the engine of a Debian release. `packages`: the folder with what that release needs besides. */
function engineHost(suite: Suite, ...packages: string[]): Recipe {
  return {
    folders: ["box", "host", ...packages],
    finish: ["host", "box"],
    suite,
    preloads: "box",
    dockerfile: "host",
  };
}

/** How an image is made. */
export function recipeOf(name: ImageName): Recipe {
  return recipes[name];
}

export const imageNames = Object.keys(recipes) as ImageName[];

/** The images that nearly every lab needs: built at setup. Other images are built when a lab needs them. */
export const basicImages: readonly ImageName[] = ["box", "host"];

/** The folder of the recipes; build context of all images. */
export const imagesDir = import.meta.dirname;

const references = new Map<ImageName, string>();

/**
 * The reference of an image for its present recipe, such as `vethlab/box:3f2a90c1d4e5`. The tag is a hash of the recipe's
 * files: a changed recipe is another image, and an image that exists is up to date.
 */
export function imageReference(name: ImageName): string {
  let reference = references.get(name);
  if (!reference) {
    const folders = foldersOf(name).map((folder) => join(imagesDir, folder));
    reference = `vethlab/${name}:${recipeHash(folders)}`;
    references.set(name, reference);
  }
  return reference;
}

/** All folders that are part of an image's recipe. */
function foldersOf(name: ImageName): string[] {
  const { folders, finish, disk, dockerfile = name } = recipes[name];
  return [...new Set([...folders, ...finish, dockerfile, ...(disk === undefined ? [] : foldersOf(disk))])];
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
