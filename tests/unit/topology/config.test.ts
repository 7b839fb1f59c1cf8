import { expect, test } from "@jest/globals";
import { flag, resolveConfig, settings } from "../../../topology/config.ts";
import { LabError } from "../../../topology/problems.ts";

const schema = settings(["container", "local"], { connectBox3: flag(false, "plug it in") });

test("settings that are not written take their default", () => {
  expect(resolveConfig(schema, {})).toEqual({ host: "container", engine: "20.10", connectBox3: false });
});

test("settings arrive as text", () => {
  expect(resolveConfig(schema, { host: "local", connectBox3: "true" })).toEqual({
    host: "local",
    engine: "20.10",
    connectBox3: true,
  });
});

test("every unknown key and every value that is not allowed is reported, with what was probably meant", () => {
  const resolve = () => resolveConfig(schema, { conectBox3: "true", host: "lokal", connectBox3: "perhaps" });
  expect(resolve).toThrow(LabError);
  expect(resolve).toThrow(
    [
      "There are 3 problems:",
      "  config.host: lokal",
      "    must be container or local",
      '    fix: did you mean "local"?',
      "  config.connectBox3: perhaps",
      "    must be true or false",
      "    fix: use one of: true, false",
      "  config.conectBox3: true",
      "    there is no such setting",
      '    fix: did you mean "connectBox3"?',
    ].join("\n"),
  );
});
