import { expect } from "@jest/globals";
import { tracesOf } from "../machine-state.ts";
import { vethlab } from "./vethlab.ts";

/** Removes a stack by `vethlab down`, which must do it without a complaint, and leave nothing of it. */
export async function expectRemoved(stack: string): Promise<void> {
  const { code, stdout, stderr } = await vethlab("down", stack);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).not.toContain("could not");
  expect(await tracesOf(stack)).toEqual([]);
}
