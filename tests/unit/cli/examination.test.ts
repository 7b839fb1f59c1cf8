import { expect, test } from "@jest/globals";
import { composeFinding } from "../../../cli/examination.ts";
import { ownCompose } from "../../../toolchain/compose.ts";

test.each([
  ["Docker's plugin", { words: ["docker", "compose"], version: "2.40.3" }, "2.40.3, docker compose"],
  ["vethlab's own", { words: [ownCompose], version: "2.40.3" }, "2.40.3, vethlab's own"],
])("doctor tells which Compose reads files: %s", (_, compose, found) => {
  expect(composeFinding(compose)).toEqual({ what: "Compose", ok: true, found });
});

test("a machine without Compose lacks nothing, and is told where one comes from", () => {
  expect(composeFinding(undefined, "linux")).toMatchObject({
    ok: true,
    found: expect.stringContaining("by itself") as unknown,
  });
  expect(composeFinding(undefined, "darwin")).toMatchObject({
    ok: true,
    found: expect.stringContaining("install it") as unknown,
  });
});
