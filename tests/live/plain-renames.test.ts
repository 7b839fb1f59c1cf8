import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { CaseLabs } from "../cases/case-labs.ts";
import { inLabEnvironment } from "./vethlab.ts";

/**
 * Plain `pulumi up` makes the new first and deletes the old last. A plug, a cable or a rule that gets another name in the
 * program stands for the same thing: it must be there when the old one is deleted.
 */
jest.setTimeout(600_000);

const stack = `plain-renames-${process.pid}`;
const labs = new CaseLabs(["patch-panel"]);
const pulumi = (...args: string[]) =>
  inLabEnvironment(
    "pulumi",
    "--cwd",
    labs.checkout.path("."),
    ...args,
    "--stack",
    stack,
    "--non-interactive",
  );
const up = (...settings: string[]) =>
  pulumi("up", "--yes", "--skip-preview", ...settings.flatMap((one) => ["--config", one]));

beforeAll(async () => {
  await pulumi("stack", "init");
  expect(await up("lab=patch-panel")).toMatchObject({ code: 0 });
});
afterAll(() => labs.remove(stack));

test.each(["tidyPlug", "tidyCable", "tidyRule"])("%s: two ups later all claims hold", async (setting) => {
  for (const settings of [[`${setting}=true`], []]) {
    const { code, stdout } = await up(...settings);
    expect({ code, stdout }).toMatchObject({ code: 0 });
    const { code: verified, stdout: said } = await labs.vethlab("verify", stack);
    expect({ verified, said }).toMatchObject({ verified: 0 });
  }
});
