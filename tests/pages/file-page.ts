import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { packageRoot } from "../../toolchain/paths.ts";
import { tracesOf } from "../machine-state.ts";
import { commandsOf, typeIn } from "./page.ts";
import { difference, tellsFailure, underlaysIn } from "./printed.ts";

/** A page of docs/ about labs in files. */
export interface FilePage {
  /** The files that the page has one save; the first is the lab. */
  files: readonly [string, ...string[]];
  /** The same lab in examples/. */
  example: string;
  /** Takes out of a line what differs from run to run of this lab alone. */
  steady?: (line: string) => string;
  /** Further tests, when the page is typed. */
  further?: (folder: string) => void;
}

/** Tests a page: its files are written into a folder, and its commands are typed there, in their order. */
export function testFilePage(
  name: string,
  { files, example, steady = (line) => line, further = () => undefined }: FilePage,
): void {
  describe(`docs/${name}`, () => {
    const [lab] = files;
    const page = readFileSync(join(packageRoot, "docs", name), "utf8");
    const told = new Set(underlaysIn(page));
    const folder = join(mkdtempSync(join(tmpdir(), "file-page-")), "test-labs");
    const saved = [...page.matchAll(/as `(\w+\.yaml)`:\n\n```yaml\n(.*?)```/gs)];
    mkdirSync(folder);
    for (const [, file = "", text = ""] of saved) writeFileSync(join(folder, file), text);
    afterAll(async () => {
      await typeIn(folder, `npx vethlab down ${lab}`);
      rmSync(join(folder, ".."), { recursive: true, force: true });
    });

    test(`has the lab of examples/${example}`, () => {
      const text = readFileSync(join(packageRoot, "examples", example), "utf8");
      expect(saved.map(([, file]) => file)).toEqual(files);
      expect(text.replace(/^#.*\n/gm, "").trimStart()).toBe(saved[0]?.[2]);
    });

    test.each(commandsOf(page).map((one) => [one.line, one.command, one] as const))(
      "line %d: %s",
      async (_line, _command, { command, printed }) => {
        const { status, output } = await typeIn(folder, command);
        for (const one of underlaysIn(output)) told.add(one);
        const wrong = difference(printed.map(steady), output.split("\n").map(steady), [...told]);
        expect(wrong && `${wrong}\n\nall of it:\n${output}`).toBeUndefined();
        const failed =
          tellsFailure(printed) || printed.some((line) => /^There (?:is|are) .*problem/.test(line));
        expect({ command, failed: status !== 0 }).toEqual({ command, failed });
      },
    );

    further(folder);

    test("leaves nothing of the lab", async () => {
      expect(await tracesOf(lab)).toEqual([]);
      const stacks = join(folder, ".vethlab", "labs", "state", ".pulumi", "stacks", "test-labs");
      expect(existsSync(join(stacks, `${lab}.json`))).toBe(false);
    });
  });
}
