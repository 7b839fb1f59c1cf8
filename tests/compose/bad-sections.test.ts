import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, jest, test } from "@jest/globals";
import { exitCodeOf } from "../../cli/exit.ts";
import { readComposeLab } from "../../compose/compose-lab.ts";
import { vethlab } from "../live/vethlab.ts";

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "vethlab-bad-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const file = join(folder, "compose.yaml");

/** Lines 1 to 8 of the file. */
const services = `services:
  web: { image: a, ports: ["8080:80"], networks: [front, back] }
  db: { image: a, expose: [5432], networks: [back] }
  admin: { image: a, networks: [office] }
  worker: { image: a, networks: [back], scale: 2 }
  off: { image: a, scale: 0 }
  job: { image: a, network_mode: none }
networks: { front: {}, back: { internal: true }, office: {} }
`;

/** Extension fields, and behind each the problems that are told, with `> ` before each line. */
const bad = readFileSync(join(import.meta.dirname, "bad-sections.txt"), "utf8")
  .split("\n\n")
  .map((block) => {
    const lines = block.trimEnd().split("\n");
    const [section, told] = [
      lines.filter((one) => !one.startsWith("> ")),
      lines.filter((one) => one.startsWith("> ")),
    ];
    return { section: section.join("\n"), told: told.map((one) => one.slice(2)).join("\n") };
  });

test("there are at least 40", () => {
  expect(bad.length).toBeGreaterThanOrEqual(40);
});

test.each(bad)("$section", async ({ section, told }) => {
  writeFileSync(file, `${services}${section}\n`);
  const error: unknown = await readComposeLab({ files: [file] }).catch((error: unknown) => error);
  expect(exitCodeOf(error)).toBe(2);
  const [, ...lines] = (error as Error).message.split("\n");
  expect(lines.map((line) => line.slice(2)).join("\n")).toBe(told);
});

test.each([
  [
    "a bad section",
    "  web: { image: a }\nx-vethlab: { claims: [web reaches bd] }",
    /compose\.yaml:3:35 .*web reaches bd/,
  ],
  [
    "a bad file",
    "  web: { image: a, netwoks: [front] }",
    /services\.web additional properties 'netwoks' not allowed/,
  ],
])("%s: told, exit code 2, and nothing is made", async (_what, text, words) => {
  writeFileSync(file, `services:\n${text}\n`);
  for (const command of ["claims", "preview", "up"]) {
    const { code, stderr } = await vethlab(command, file);
    expect({ command, code, stderr }).toEqual({
      command,
      code: 2,
      stderr: expect.stringMatching(words) as unknown,
    });
  }
  expect(readdirSync(folder)).toEqual(["compose.yaml"]);
});
