import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";

import { imageNames, imageReference, imagesDir, recipeHash } from "../../../images/recipe.ts";
import { dockerfileOf, imageSettings, packageList } from "../../../toolchain/build-image.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vethlab-recipe-"));
  mkdirSync(join(folder, "files"));
  writeFileSync(join(folder, "a"), "1");
  writeFileSync(join(folder, "files", "b"), "2");
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("a recipe's hash", () => {
  test("stays while the files stay", () => {
    expect(recipeHash([folder])).toMatch(/^[0-9a-f]{12}$/);
    expect(recipeHash([folder])).toBe(recipeHash([folder]));
  });

  test("changes with a file's content and with its name", () => {
    const before = recipeHash([folder]);
    writeFileSync(join(folder, "files", "b"), "3");
    const changed = recipeHash([folder]);
    expect(changed).not.toBe(before);
    writeFileSync(join(folder, "files", "b"), "2");
    expect(recipeHash([folder])).toBe(before);
    writeFileSync(join(folder, "c"), "");
    expect(recipeHash([folder])).not.toBe(before);
  });

  test("tags the image, and the host's covers the box's", () => {
    for (const name of imageNames)
      expect(imageReference(name)).toMatch(new RegExp(`^vethlab/${name}:[0-9a-f]{12}$`));
    expect(imageReference("host")).toContain(recipeHash([join(imagesDir, "box"), join(imagesDir, "host")]));
    // what its disk is made of
    const ofVm = ["exec", "vm", "box", "host", "guest"].map((folder) => join(imagesDir, folder));
    expect(imageReference("vm")).toContain(recipeHash(ofVm));
  });
});

test("a package list may have comments", () => {
  expect(packageList("# tools\n\nfping\niproute2 # ip\n")).toEqual(["fping", "iproute2"]);
});

test("settings are those of the last stage", () => {
  const dockerfile =
    'FROM a AS root\nENV X=1\nRUN x\nFROM scratch\nCOPY --from=root / /\nLABEL l=1\n# why\nCMD ["c"]\n';
  expect(imageSettings(dockerfile, "box")).toEqual(["LABEL l=1", 'CMD ["c"]']);
});

test.each(imageNames)("the %s image is labelled, so that it is removed by that", (name) => {
  expect(imageSettings(readFileSync(dockerfileOf(name), "utf8"), name)).toContain(
    `LABEL vethlab.image=${name}`,
  );
});
