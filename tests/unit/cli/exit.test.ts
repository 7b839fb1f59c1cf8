import { describe, expect, test } from "@jest/globals";
import { describeError, exitCodeOf, Failed, WrongUse } from "../../../cli/exit.ts";
import { LabError } from "../../../topology/problems.ts";
import { MachineLacks } from "../../../toolchain/lacks.ts";

const problem = { place: "config.subnet", value: "x", allowed: "a subnet", fix: "write one" };

describe("exit codes", () => {
  test.each([
    [new Failed("claims"), 1],
    [new Error("surprise"), 1],
    [new WrongUse("no lab"), 2],
    [new LabError([problem]), 2],
    [new MachineLacks("no engine", "start one"), 3],
  ])("%s", (error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });
});

describe("describeError", () => {
  test("shows what is meant for people as it is", () => {
    expect(describeError(new WrongUse("There is no lab."), false)).toBe("There is no lab.");
    expect(describeError(new LabError([problem]), false)).toContain("config.subnet: x");
  });

  test("shows no stack trace of a surprise, unless asked for", () => {
    const surprise = new Error("surprise");
    expect(describeError(surprise, false)).toBe("surprise\n  (unexpected; VETHLAB_DEBUG=1 shows where)");
    expect(describeError(surprise, true)).toContain("exit.test.ts");
  });
});
