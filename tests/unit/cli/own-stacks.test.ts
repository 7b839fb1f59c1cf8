import { describe, expect, test } from "@jest/globals";
import { ownStack, splitStack } from "../../../cli/own-stacks.ts";

const labs = ["user-bridge"];
const either = { make: true, labs };
const standing = { make: false, labs };

describe("the stack that a command means in a project of the user's", () => {
  test.each<[string, string | undefined, string[], string | undefined, string]>([
    ["the named one", "b", ["a", "b"], undefined, "b"],
    ["the only one", undefined, ["a"], undefined, "a"],
    ["the selected one", undefined, ["a", "b"], "b", "b"],
    ["dev among several", undefined, ["a", "dev"], undefined, "dev"],
  ])("%s", (_, name, names, selected, stack) => {
    expect(ownStack(name, { names, selected }, standing)).toBe(stack);
  });

  test("up makes dev, or the one that is named", () => {
    expect(ownStack(undefined, { names: [] }, either)).toBe("dev");
    expect(ownStack("staging", { names: ["dev"] }, either)).toBe("staging");
  });

  test.each<[string, string | undefined, string[], typeof either, string]>([
    ["none yet", undefined, [], standing, "npx vethlab up makes the stack dev"],
    ["several", undefined, ["a", "b"], standing, "Say which stack of the project vethlab: a, b"],
    ["no such stack", "c", ["a"], standing, "its stacks: a"],
    ["a slip", "stagin", ["staging"], either, "npx vethlab up --stack stagin"],
    ["a built-in lab", "user-bridge", ["a"], either, "outside of a project"],
  ])("is told where it is not known: %s", (_, name, names, how, words) => {
    expect(() => ownStack(name, { names }, how)).toThrow(words);
  });
});

test.each<[string[], number, string | undefined, string[]]>([
  [["dev", "a", "--", "ip", "addr"], 1, "dev", ["a", "--", "ip", "addr"]],
  [["a", "--", "ip", "addr"], 1, undefined, ["a", "--", "ip", "addr"]],
  [["dev", "--", "ip"], 1, undefined, ["dev", "--", "ip"]],
  [["dev", "a", "b"], 2, "dev", ["a", "b"]],
  [["dev", "a"], 2, undefined, ["dev", "a"]],
  [["dev"], 0, "dev", []],
  [["flush"], 0, undefined, ["flush"]],
])("the stack may be left out before other arguments: %j", (words, required, stack, rest) => {
  expect(splitStack(words, required, ["dev"])).toEqual([stack, rest]);
});
