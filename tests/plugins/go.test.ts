import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { execa } from "execa";
import { packageRoot } from "../../toolchain/paths.ts";

/** Go's own tests of the command plugin: commands on this machine, and over SSH on a server of the test's own. */
test("the command plugin passes its Go tests", async () => {
  // As build.sh builds it, so that most of it is compiled already.
  const { exitCode, all } = await execa("go", ["test", "-trimpath", "./..."], {
    cwd: join(packageRoot, "toolchain", "plugins", "pulumi-resource-command"),
    env: { CGO_ENABLED: "0" },
    all: true,
    reject: false,
  });
  expect({ exitCode, all }).toMatchObject({ exitCode: 0 });
}, 300_000);
