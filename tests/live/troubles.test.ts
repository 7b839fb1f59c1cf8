import { afterAll, afterEach, expect, jest, test } from "@jest/globals";
import { imageReference } from "../../images/recipe.ts";
import { Checkout } from "../checkout.ts";
import { tracesOf } from "../machine-state.ts";
import { type Ended, inLabEnvironment } from "./vethlab.ts";

/** What users see when an engine refuses something: a lab file of their own, and `vethlab up`. */

jest.setTimeout(120_000);

/** A script that ends the engine of its host for good, and waits until it has ended: what starts it again finds no engine. */
const stopEngine =
  'mv "$(command -v dockerd)" /root/; kill $(cat /var/run/docker.pid); while [ -e /var/run/docker.pid ]; do sleep 0.1; done';

const stack = `troubled-${process.pid}`;
/** A copy of the checkout with one lab and one script more: labs are the files of its folder stacks. */
const checkout = new Checkout();
checkout.write("scripts/stop-engine.sh", stopEngine);
checkout.write("stacks/troubled.ts", `export { about, build } from "../tests/live/troubled-lab.ts";\n`);
afterAll(() => {
  checkout.remove();
});
afterEach(async () => {
  expect(await vethlab("down", stack)).toMatchObject({ code: 0 });
  expect(await tracesOf(stack)).toEqual([]);
});

const vethlab = (...args: string[]): Promise<Ended> => checkout.run("cli/vethlab.mjs", args);
const up = (...settings: string[]): Promise<Ended> =>
  vethlab("up", "troubled", "--stack", stack, ...settings.flatMap((one) => ["-c", one]));
const docker = (...args: string[]): Promise<Ended> => inLabEnvironment("docker", ...args);

/** Exit code and what is told of a failure, without the line of the step that failed. */
const told = ({ code, stderr }: Ended) => ({ code, stderr: stderr.replaceAll(/^✖ .*\n/gm, "") });

interface Failure {
  repairs: string[];
  errors: object[];
}

/** The same as data: what another `up` of the stack says. */
async function again(): Promise<Failure> {
  return JSON.parse((await vethlab("up", stack, "--json")).stdout) as Failure;
}

test("a port that a container of the user's has: who has it, and what to do", async () => {
  const holder = `holder-${process.pid}`;
  const run = await docker(
    "run",
    "--detach",
    "--name",
    holder,
    "--publish",
    "18099:80",
    imageReference("box"),
  );
  expect(run.code).toBe(0);
  try {
    const failed = await up("fault=port", "host=local");
    const next = `publish another port, or stop ${holder}; then npx vethlab up ${stack}`;
    expect(told(failed)).toEqual({
      code: 1,
      stderr: [
        "box box2 on this machine: port 18099 of this machine is taken",
        `  ${holder} publishes port 18099`,
        `  What to do: ${next}`,
        "",
      ].join("\n"),
    });
    expect((await again()).errors).toEqual([
      {
        place: "box box2 on this machine",
        message: "port 18099 of this machine is taken",
        concerned: [`${holder} publishes port 18099`],
        next,
        resource: "box2-container",
        type: "vethlab:container:Box$docker:index/container:Container",
      },
    ]);
  } finally {
    await docker("rm", "--force", holder);
  }
  expect((await vethlab("up", stack)).code).toBe(0);
});

test("a box that ended shows its last lines, and is never called repaired", async () => {
  const failed = told(await up("fault=ends", "host=local"));
  expect(failed).toEqual({
    code: 1,
    stderr: [
      "box box2 on this machine: it has ended, with exit status 3",
      "  | reading /etc/missing",
      "  | no such file",
      "  What to do: give it a command that does not end; a box without a command idles",
      "",
    ].join("\n"),
  });
  const shown = await vethlab("up", stack);
  expect(shown.stdout).not.toMatch(/repaired/i);
  expect(told(shown)).toEqual(failed);
  expect(await again()).toMatchObject({ repairs: [], errors: [{ place: "box box2 on this machine" }] });
});

test("a network that a container of the user's is plugged into: who it is, and how it is unplugged", async () => {
  const mine = `mine-${process.pid}`;
  const network = `vethlab-${stack}-lan`;
  expect((await up("host=local")).code).toBe(0);
  await docker("run", "--detach", "--name", mine, "--network", network, imageReference("box"));
  try {
    const failed = await up("fault=renamed");
    expect(told(failed)).toEqual({
      code: 1,
      stderr: [
        "bridge network lan: it cannot be removed while something is plugged in",
        `  ${mine} is plugged into lan`,
        `  What to do: docker network disconnect ${network} ${mine}; then npx vethlab up ${stack}`,
        "",
      ].join("\n"),
    });
    await docker("network", "disconnect", network, mine);
    expect((await vethlab("up", stack)).code).toBe(0);
  } finally {
    await docker("rm", "--force", mine);
  }
});

test("an engine of a lab host that stops meanwhile, and an image that is nowhere", async () => {
  const stopped = await up("fault=engine");
  expect(told(stopped)).toEqual({
    code: 1,
    stderr: expect.stringMatching(
      /^box box\d on host1(?:, box box\d on host1)?: the engine of host1 does not answer\n {2}What to do: npx vethlab up .*\n$/,
    ) as unknown,
  });
  const failed = await up("fault=image");
  expect(told(failed)).toEqual({
    code: 1,
    stderr: [
      "container host host1: the image 127.0.0.1:5/nowhere:1 is neither on host1 nor on this machine, and cannot be pulled: 127.0.0.1:5 does not answer (connection refused)",
      "  What to do: take an image that is there, or bring it to this machine (docker pull 127.0.0.1:5/nowhere:1, docker build --tag 127.0.0.1:5/nowhere:1)",
      "",
    ].join("\n"),
  });
});
