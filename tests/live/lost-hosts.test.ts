import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { project } from "../../toolchain/project.ts";
import { labelsOf } from "../../topology/labels.ts";
import { runDirectory } from "../../topology/run-directory.ts";
import { expectRemoved } from "./gone.ts";
import { inLabEnvironment, statusOf, vethlab } from "./vethlab.ts";

/** A lab whose host is lost, or whose record: `status` tells it, and one `up` makes the lab whole. */

const lab = "user-bridge";
const stack = `lost-hosts-${process.pid}`;
const host = `vethlab-${stack}-host1`;
const up = ["up", lab, "--stack", stack];

/** Longest time of a test. */
jest.setTimeout(90_000);

beforeAll(async () => {
  expect((await vethlab(...up)).code).toBe(0);
});
afterAll(() => vethlab("down", stack));

const docker = (...args: string[]) => inLabEnvironment("docker", ...args);

const losses: [name: string, health: string, lose: () => Promise<unknown>][] = [
  ["is stopped", "stopped", () => docker("stop", "--time", "0", host)],
  ["is removed", "gone", () => docker("rm", "--force", "--volumes", host)],
  ["was started again", "drifted", () => docker("restart", "--time", "0", host)],
  [
    "is unplugged from the underlay",
    "drifted",
    () => docker("network", "disconnect", `vethlab-${stack}-underlay`, host),
  ],
  [
    "has a box in it that is stopped",
    "drifted",
    () => vethlab("exec", stack, "host1", "--", "docker", "stop", "--time", "0", "box1"),
  ],
  [
    "went down with the machine, which has emptied /tmp",
    "gone",
    async () => {
      await docker("stop", "--time", "0", host, `vethlab-${stack}-outside`);
      await docker(
        "run",
        "--rm",
        "--volume",
        "/tmp:/tmp",
        await boxImage(),
        "rm",
        "-rf",
        runDirectory({ stack }),
      );
      expect(existsSync(runDirectory({ stack }))).toBe(false);
    },
  ],
  [
    "was replaced by another of the same name",
    "gone",
    async () => {
      await docker("rm", "--force", "--volumes", host);
      const labels = Object.entries(labelsOf({ stack, lab, home: project.id })).flatMap(([key, value]) => [
        "--label",
        `${key}=${value}`,
      ]);
      await docker("run", "--detach", "--name", host, ...labels, await boxImage());
    },
  ],
];

test.each(losses)("that %s is reported as %s, and one up makes it whole", async (_name, expected, lose) => {
  await lose();
  expect(await statusOf(stack)).toMatchObject({ health: expected });
  const mended = await vethlab(...up, "--json");
  expect(mended.stderr).toBe("");
  expect(JSON.parse(mended.stdout)).toMatchObject({ ok: true });
  expect(await statusOf(stack)).toEqual({ stack, lab, health: "healthy", findings: [] });
});

test.each(["json.attrs", "json"])(
  "with a record of which .%s was half written is made whole by one up",
  async (end) => {
    writeFileSync(join(join(project.home, "state"), ".pulumi", "stacks", "vethlab", `${stack}.${end}`), "");
    const mended = await vethlab(...up, "--json");
    expect(mended.stderr).toBe("");
    expect(JSON.parse(mended.stdout)).toMatchObject({ ok: true });
  },
);

test("goes without a trace", () => expectRemoved(stack));

async function boxImage(): Promise<string> {
  return (await docker("inspect", "--format", "{{.Config.Image}}", `vethlab-${stack}-outside`)).stdout.trim();
}
