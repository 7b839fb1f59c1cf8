import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { packageRoot } from "../../toolchain/paths.ts";
import { tracesOf } from "../machine-state.ts";
import { inLabEnvironment } from "./vethlab.ts";

jest.setTimeout(120_000);

/** A fixed address beside handed-out ones is never a matter of luck: neither at first, nor where it comes to a standing lab. */

const stack = `fixed-address-${process.pid}`;
const pulumi = (...args: string[]) =>
  inLabEnvironment(
    "pulumi",
    ...args,
    "--cwd",
    join(packageRoot, "tests/live/fixed-address"),
    "--stack",
    stack,
    "--non-interactive",
  );

async function up(proxy: "none" | "made" | "plugged") {
  const { code, stdout } = await pulumi("up", "--yes", "--skip-preview", "--config", `proxy=${proxy}`);
  const output = await pulumi("stack", "output", "addresses", "--json");
  const addresses = JSON.parse(output.stdout) as Record<string, Record<string, { address: string }>>;
  return { code, stdout, of: (box: string) => addresses[box]?.["lan"]?.address };
}
const workers = ["worker1", "worker2", "worker3"];

beforeAll(() => pulumi("stack", "init"));
afterAll(() => pulumi("destroy", "--yes", "--skip-preview", "--remove"));

test("boxes take what the engine hands out, from the first address on", async () => {
  const { code, stdout, of } = await up("none");
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("6 of 6 claims hold") });
  expect(workers.map(of).sort()).toEqual(["172.28.5.2", "172.28.5.3", "172.28.5.4"]);
});

test.each(["made", "none", "plugged"] as const)(
  "then a box with one of these addresses is %s, in one up, and a second has nothing to do",
  async (proxy) => {
    const { code, stdout, of } = await up(proxy);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/(\d+) of \1 claims hold/),
    });
    expect(of("proxy")).toBe(proxy === "none" ? undefined : "172.28.5.2");
    const fromTheRange = workers.map(of).filter((address = "") => Number(address.split(".")[3]) >= 128);
    expect(fromTheRange).toHaveLength(proxy === "none" ? 0 : 3);
    const again = await pulumi("preview", "--expect-no-changes", "--config", `proxy=${proxy}`);
    expect(again).toMatchObject({ code: 0 });
  },
);

test("a lab that is made with it at once, and goes without a trace", async () => {
  expect((await pulumi("destroy", "--yes", "--skip-preview")).code).toBe(0);
  const { code, of } = await up("made");
  expect({ code, proxy: of("proxy") }).toEqual({ code: 0, proxy: "172.28.5.2" });
  expect((await pulumi("destroy", "--yes", "--skip-preview")).code).toBe(0);
  expect((await pulumi("stack", "rm", "--yes", "--remove-backups")).code).toBe(0);
  expect(await tracesOf(stack)).toEqual([]);
});
