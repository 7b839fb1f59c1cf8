import { describe, expect, test } from "@jest/globals";
import { configArgs, readSettings } from "../../../cli/settings.ts";

describe("readSettings", () => {
  test("reads key=value, with or without the project's name", () => {
    expect(readSettings(["host=local", "vethlab:subnet=172.18.0.0/16"])).toEqual({
      host: "local",
      subnet: "172.18.0.0/16",
    });
  });

  test("takes all behind the first = for the value", () => {
    expect(readSettings(["a=b=c", "empty="])).toEqual({ a: "b=c", empty: "" });
  });

  test("refuses what is no setting", () => {
    expect(() => readSettings(["connectBox3"])).toThrow("write -c key=value");
  });

  test("leaves the lab to --stack", () => {
    expect(() => readSettings(["lab=user-bridge"])).toThrow("--stack");
  });
});

test("settings as Pulumi takes them", () => {
  expect(configArgs({ host: "local", a: "1" })).toEqual(["--config", "host=local", "--config", "a=1"]);
});
