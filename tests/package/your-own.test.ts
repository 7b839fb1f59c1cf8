import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import { packageRoot } from "../../toolchain/paths.ts";
import { commandsOf, type Typed } from "../pages/page.ts";
import { difference, tellsFailure } from "../pages/printed.ts";
import { Packed } from "./packed.ts";

jest.setTimeout(180_000);

/** docs/your-own.md, typed in a folder where the packed file is installed: the edit and the commands, in their order. */
const page = readFileSync(join(packageRoot, "docs/your-own.md"), "utf8");
const [firstUp, upAfterEdit, trace] = commandsOf(page);
const [, edited = ""] = /```ts\n(const db = .*)\n```/.exec(page) ?? [];

let packed: Packed;
let project: string;
const vethlab = (args: readonly string[], cwd = project) =>
  execa(process.execPath, [join(packed.folder, "own/node_modules/vethlab/dist/cli/vethlab.mjs"), ...args], {
    cwd,
    all: true,
    reject: false,
  });

beforeAll(async () => {
  packed = await Packed.pack();
  const folder = await packed.consumer("own", ["@types/node", "typescript"], { "package.json": "{}" });
  project = join(folder, "my-lab");
  await vethlab(["init", "my-lab"], folder);
});
afterAll(async () => {
  await vethlab(["down", "--all"]);
  packed.remove();
});

/** Boxes and networks are made side by side: they take addresses, and places among the firewall's rules, as they come. */
const steady = (lines: readonly string[]): string[] =>
  lines.map((line) =>
    line
      .replace(/\b10\.([12])\.0\.\d+/g, "10.$1.0.N")
      .replace(/^ *\d+ {2}/, "N ")
      .replace(/ #\d+:/, " #N:"),
  );

async function type(typed: Typed | undefined): Promise<void> {
  const { command = "", printed = [] } = typed ?? {};
  expect(command).toMatch(/^npx vethlab /);
  const { all, exitCode } = await vethlab(command.split(" ").slice(2));
  const wrong = difference(steady(printed), steady(all.split("\n")));
  expect(wrong && `${wrong}\n\nall of it:\n${all}`).toBeUndefined();
  expect({ command, failed: exitCode !== 0 }).toEqual({ command, failed: tellsFailure(printed) });
}

test("the lab that init writes comes up", () => type(firstUp));

test("a claim fails after the edit, and the way of the packet is told", async () => {
  const file = join(project, "index.ts");
  const before = readFileSync(file, "utf8");
  writeFileSync(file, before.replace(/^const db = .*$/m, edited));
  await type(upAfterEdit);
  await type(trace);
  writeFileSync(file, before);
  expect(await vethlab(["up"])).toMatchObject({ exitCode: 0 });
});
