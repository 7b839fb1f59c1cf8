import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, jest, test } from "@jest/globals";
import { tracesOf } from "../machine-state.ts";
import { vethlab } from "./vethlab.ts";

// The image of an engine may have to be built.
jest.setTimeout(600_000);

const folder = mkdtempSync(join(tmpdir(), "matrix-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test("a lab is tested on each engine, and removed", async () => {
  const file = join(folder, "matrix.xml");
  const { code, stdout, stderr } = await vethlab(
    ...["matrix", "joined-web", "--engine", "28.5,20.10", "--json", "--junit", file],
  );
  expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
  const { engines } = JSON.parse(stdout) as { engines: { engine: string; report: { ok: boolean } }[] };
  expect(engines.map(({ engine, report }) => [engine, report.ok])).toEqual([
    ["20.10", true],
    ["28.5", true],
  ]);
  expect(readFileSync(file, "utf8").match(/<testsuite /g)).toHaveLength(2);
  for (const stack of ["joined-web-20-10", "joined-web-28-5"]) expect(await tracesOf(stack)).toEqual([]);
});

test.each([
  [
    "no such engine",
    ["matrix", "joined-web", "--engine", "28.5,27"],
    /config\.engine: 27\n[^]*20\.10, 26\.1, 28\.5/,
  ],
  ["one that the lab cannot have", ["matrix", "overlay-etcd", "--engine", "28.5"], /config\.engine: 28\.5/],
  ["said as a setting", ["matrix", "joined-web", "-c", "engine=28.5"], /--engine A,B/],
  ["of no lab", ["matrix", "joind-web"], /joined-web/],
  ["not a container", ["up", "joined-web", "-c", "host=local", "-c", "engine=28.5"], /config\.engine: 28\.5/],
])("%s: refused before anything is made", async (_what, args, words) => {
  const { code, stderr } = await vethlab(...args);
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(words) as unknown });
});
