import { expect, test } from "@jest/globals";
import { execa } from "execa";
import { packageRoot } from "../../../toolchain/paths.ts";

test("what Pulumi loads for functions that are sent away is loaded when one is, and does its work", async () => {
  const program = `
    import { createRequire } from "node:module";
    import "./toolchain/late-modules.ts";
    import * as pulumi from "@pulumi/pulumi";
    const { cache } = createRequire(import.meta.url);
    const loaded = () => ["@npmcli/arborist", "typescript"].map((name) =>
      Object.values(cache).filter(({ filename, children }) => filename.includes("/node_modules/" + name + "/") && children).length > 0);
    const before = loaded();
    const three = 3;
    const { text } = await pulumi.runtime.serializeFunction(() => three + 1);
    const packages = await pulumi.runtime.computeCodePaths();
    console.log(JSON.stringify({ before, after: loaded(), works: text.includes("three"), packages: packages.size > 0 }));
  `;
  const { stdout } = await execa(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: packageRoot,
  });
  expect(JSON.parse(stdout)).toEqual({
    before: [false, false],
    after: [true, true],
    works: true,
    packages: true,
  });
}, 60_000);
