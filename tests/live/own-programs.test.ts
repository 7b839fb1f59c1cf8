import { join } from "node:path";
import { afterAll, describe, expect, jest, test } from "@jest/globals";
import { packageRoot } from "../../toolchain/paths.ts";
import { tracesOf } from "../machine-state.ts";
import { inLabEnvironment } from "./vethlab.ts";

jest.setTimeout(120_000);

describe.each([
  ["examples/two-teams", 0, "7 of 7 claims hold"],
  ["tests/live/false-claim", 1, "1 of 2 claims hold"],
])("the program %s, which uses the components by itself", (folder, status, summary) => {
  const pulumi = async (...args: string[]) =>
    inLabEnvironment(
      "pulumi",
      ...args,
      "--cwd",
      join(packageRoot, folder),
      "--stack",
      "test-program",
      "--non-interactive",
    );
  afterAll(() => pulumi("destroy", "--yes", "--skip-preview", "--remove"));

  test("is deployed and tested by plain Pulumi", async () => {
    await pulumi("stack", "init");
    const { code, stdout } = await pulumi("up", "--yes", "--skip-preview");
    expect({ code, stdout }).toMatchObject({
      code: status,
      stdout: expect.stringContaining(summary) as unknown,
    });
  });

  test("has its outputs, also when a claim failed", async () => {
    const { stdout } = await pulumi("stack", "output", "addresses", "--json");
    expect(Object.keys(JSON.parse(stdout) as object)).toContain("host1");
  });

  test("goes without a trace", async () => {
    expect((await pulumi("destroy", "--yes", "--skip-preview")).code).toBe(0);
    expect((await pulumi("stack", "rm", "--yes", "--remove-backups")).code).toBe(0);
    expect(await tracesOf("test-program")).toEqual([]);
  });
});
