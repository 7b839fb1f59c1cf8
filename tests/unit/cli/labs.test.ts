import { describe, expect, test } from "@jest/globals";
import { WrongUse } from "../../../cli/exit.ts";
import { resolveStack, resolveTarget } from "../../../cli/labs.ts";

const known = {
  labs: ["joined-web", "user-bridge"],
  stacks: ["user-bridge", "second"],
  labOf: (stack: string) => (stack === "second" ? "user-bridge" : undefined),
};

describe("resolveTarget", () => {
  test("a lab's name is its stack's", () => {
    expect(resolveTarget("joined-web", undefined, known)).toEqual({ stack: "joined-web", lab: "joined-web" });
  });

  test("a stack's name is as good", () => {
    expect(resolveTarget("second", undefined, known)).toEqual({ stack: "second", lab: "user-bridge" });
  });

  test("a lab may stand once more, under another name", () => {
    expect(resolveTarget("user-bridge", "third", known)).toEqual({ stack: "third", lab: "user-bridge" });
  });

  test("a stack that was renamed is known by what stands in it", () => {
    const renamed = { ...known, stacks: ["mine"], labOf: () => "user-bridge" };
    expect(resolveTarget("mine", undefined, renamed)).toEqual({ stack: "mine", lab: "user-bridge" });
    expect(() => resolveTarget("joined-web", "mine", renamed)).toThrow('one of the lab "user-bridge"');
  });

  test("a stack that tells no lab, and one whose lab's file is gone: what to type", () => {
    const bare = { ...known, stacks: ["bare"], labOf: () => undefined };
    expect(resolveStack("bare", bare)).toEqual({ stack: "bare" });
    expect(() => resolveTarget("bare", undefined, bare)).toThrow(WrongUse);
    expect(() => resolveTarget("bare", undefined, bare)).toThrow("npx vethlab up LAB --stack bare");
    const old = { ...bare, labOf: () => "gone" };
    expect(() => resolveTarget("bare", undefined, old)).toThrow("there is no stacks/gone.ts");
  });

  test("an unknown lab: what was meant, and what there is", () => {
    const wrong = () => resolveTarget("user-brige", undefined, known);
    expect(wrong).toThrow(WrongUse);
    expect(wrong).toThrow(
      'There is no lab "user-brige": did you mean "user-bridge"?\n  labs: joined-web, user-bridge\n  further stacks: second',
    );
  });

  test("a stack cannot change its lab, nor take a lab's name", () => {
    expect(() => resolveTarget("joined-web", "second", known)).toThrow('one of the lab "user-bridge"');
    expect(() => resolveTarget("user-bridge", "joined-web", known)).toThrow("name of a lab");
  });

  test("a stack that was never finished takes the lab that it is told", () => {
    const unfinished = { ...known, labOf: () => undefined };
    expect(resolveTarget("user-bridge", "second", unfinished)).toEqual({
      stack: "second",
      lab: "user-bridge",
    });
  });

  test("a stack has a name that Pulumi and Docker take", () => {
    expect(() => resolveTarget("user-bridge", "a b", known)).toThrow("cannot name a stack");
  });
});
