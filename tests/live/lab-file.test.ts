import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, jest, test } from "@jest/globals";
import { packageRoot } from "../../toolchain/paths.ts";
import { tracesOf } from "../machine-state.ts";
import { commandsOf, typeIn } from "../pages/page.ts";
import { difference, tellsFailure } from "../pages/printed.ts";

jest.setTimeout(120_000);

/** The page of lab files: its files are written, and its commands are typed beside them. */
describe("docs/lab-file.md", () => {
  const page = readFileSync(join(packageRoot, "docs", "lab-file.md"), "utf8");
  const folder = join(mkdtempSync(join(tmpdir(), "lab-file-")), "test-labs");
  const files = [...page.matchAll(/as `(\w+\.yaml)`:\n\n```yaml\n(.*?)```/gs)];
  mkdirSync(folder);
  for (const [, name = "", text = ""] of files) writeFileSync(join(folder, name), text);
  afterAll(async () => {
    await typeIn(folder, "npx vethlab down shop.yaml");
    rmSync(join(folder, ".."), { recursive: true, force: true });
  });

  test("has the lab of examples/lab-file", () => {
    const example = readFileSync(join(packageRoot, "examples", "lab-file", "shop.yaml"), "utf8");
    expect(files.map(([, name]) => name)).toEqual(["shop.yaml", "typo.yaml"]);
    expect(example.replace(/^#.*\n/gm, "").trimStart()).toBe(files[0]?.[2]);
  });

  test.each(commandsOf(page).map((one) => [one.line, one.command, one] as const))(
    "line %d: %s",
    async (_line, _command, { command, printed }) => {
      const { status, output } = await typeIn(folder, command);
      const wrong = difference(printed, output.split("\n"));
      expect(wrong && `${wrong}\n\nall of it:\n${output}`).toBeUndefined();
      const failed =
        tellsFailure(printed) || printed.some((line) => /^There (?:is|are) .*problem/.test(line));
      expect({ command, failed: status !== 0 }).toEqual({ command, failed });
    },
  );

  test.each([
    ["status --json", '"health": "down"'],
    ["graph", "is not up"],
    ["env", ".vethlab/labs"],
  ])("vethlab %s knows the file", async (words, said) => {
    const [command = "", ...options] = words.split(" ");
    const { output } = await typeIn(folder, `npx vethlab ${command} shop.yaml ${options.join(" ")}`);
    expect(output).toContain(said);
  });

  test("leaves nothing of the lab", async () => {
    expect(await tracesOf("test-labs-shop.yaml")).toEqual([]);
    expect(
      existsSync(
        join(folder, ".vethlab", "labs", "state", ".pulumi", "stacks", "test-labs", "shop.yaml.json"),
      ),
    ).toBe(false);
  });
});
