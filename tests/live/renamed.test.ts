import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { tracesOf } from "../machine-state.ts";
import { Checkout } from "../checkout.ts";
import { inLabEnvironment } from "./vethlab.ts";

/** `pulumi stack rename` of a lab that stands, whose settings do not say which lab it is. */

jest.setTimeout(120_000);

/** netns-veth under a name that no other test brings up: a stack that is called as its lab needs no setting to say so. */
const lab = `netns-${process.pid}`;
const checkout = new Checkout();
checkout.write(
  `stacks/${lab}.ts`,
  checkout.read("stacks/netns-veth.ts").replace('name: "netns-veth"', `name: "${lab}"`),
);
const vethlab = (...args: string[]) => checkout.run("cli/vethlab.mjs", args);
const statusOf = async (stack: string) =>
  JSON.parse((await vethlab("status", stack, "--json")).stdout) as { health: string; findings: string[] };
const expectRemoved = async (stack: string): Promise<void> => {
  expect(await vethlab("down", stack)).toMatchObject({ code: 0, stderr: "" });
  expect(await tracesOf(stack)).toEqual([]);
};
const renamed = `renamed-${process.pid}`;
const rename = (from: string, to: string) =>
  inLabEnvironment("pulumi", "stack", "rename", to, "--stack", from, "--non-interactive");

beforeAll(async () => {
  expect((await vethlab("up", lab)).code).toBe(0);
  expect((await rename(lab, renamed)).code).toBe(0);
});
afterAll(async () => {
  await vethlab("down", renamed);
  await vethlab("down", lab);
  checkout.remove();
});

test("status and verify know it under its new name", async () => {
  expect(await statusOf(renamed)).toMatchObject({
    lab,
    health: "drifted",
    findings: [
      `it was renamed, and stands under its former name ${lab}: npx vethlab up ${renamed} builds it anew as ${renamed}`,
    ],
  });
  expect((await vethlab("verify", renamed)).code).toBe(0);
});

test("under its former name nothing touches it", async () => {
  for (const command of ["up", "down", "verify"]) {
    const { code, stderr } = await vethlab(command, lab);
    expect({ command, code, stderr }).toEqual({
      command,
      code: 2,
      stderr: expect.stringContaining(`npx vethlab up ${renamed} builds it anew`) as unknown,
    });
  }
  expect((await vethlab("verify", renamed)).code).toBe(0);
});

test("up builds it anew under its new name, and nothing of the former is left", async () => {
  const { code, stdout } = await vethlab("up", renamed);
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("it was renamed") as unknown });
  expect(await tracesOf(`vethlab-${lab}`)).toEqual([]);
  expect(await statusOf(renamed)).toMatchObject({ health: "healthy", findings: [] });
});

test("down removes it, also when it stands under a former name", async () => {
  const again = `${renamed}-again`;
  expect((await rename(renamed, again)).code).toBe(0);
  await expectRemoved(again);
  expect(await tracesOf(renamed)).toEqual([]);
});

test("a stack that nobody knows the lab of says what to type", async () => {
  expect((await inLabEnvironment("pulumi", "stack", "init", renamed, "--non-interactive")).code).toBe(0);
  expect((await statusOf(renamed)).findings.join()).toContain(`npx vethlab up LAB --stack ${renamed}`);
  const { code, stderr } = await vethlab("up", renamed);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining(`npx vethlab up LAB --stack ${renamed}`) as unknown,
  });
  await expectRemoved(renamed);
});
