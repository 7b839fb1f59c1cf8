import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { tracesOf } from "../machine-state.ts";
import type { Planned } from "../../cli/showing/preview-changes.ts";
import { expectRemoved } from "./gone.ts";
import { textsOf } from "../svg.ts";
import { type Ended, inLabEnvironment, startVethlab, vethlab } from "../live/vethlab.ts";

/** The life of a lab on the command line, in the order in which a person would go through it. */

const stack = `cli-${process.pid}`;
jest.setTimeout(60_000);

interface Outcome {
  ok: boolean;
  repairs: string[];
  changes: Record<string, number>;
  addresses: Record<string, Record<string, { address: string }>>;
  report: { ok: boolean; results: { claim: string; holds: boolean }[] };
}

function json({ code, stdout, stderr }: Ended): unknown {
  if (stdout === "") throw new Error(`status ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cli-test-"));
});
afterAll(async () => {
  await vethlab("down", stack);
  rmSync(folder, { recursive: true });
});

test("doctor says that every lab of ours can run here", async () => {
  const ended = await vethlab("doctor", "--json");
  const { labs, machine } = json(ended) as {
    labs: { lab: string; missing: string[] }[];
    machine: { what: string; ok: boolean }[];
  };
  expect(labs.find(({ lab }) => lab === "user-bridge")?.missing).toEqual([]);
  expect(machine.filter(({ ok }) => !ok)).toEqual([]);
  expect(machine).toContainEqual(expect.objectContaining({ what: "Compose" }));
  expect(ended.code).toBe(0);
});

test("preview shows what up would make, and leaves no stack behind", async () => {
  const { changes, claims } = json(
    await vethlab("preview", "user-bridge", "--stack", stack, "--json"),
  ) as Planned;
  expect(new Set(changes.map(({ op }) => op))).toEqual(new Set(["create"]));
  expect(changes).toContainEqual(expect.objectContaining({ name: "box1", kind: "Box" }));
  expect(claims.added).toContain("box1 pings box2 by name");
  expect(await tracesOf(stack)).toEqual([]);
});

test("up builds the lab, proves it, and tells its addresses", async () => {
  const ended = await vethlab("up", "user-bridge", "--stack", stack, "--json");
  const outcome = json(ended) as Outcome;
  expect(outcome).toMatchObject({ ok: true, repairs: [], report: { ok: true } });
  expect(outcome.addresses["box1"]?.["my-bridge"]?.address).toBe("172.18.0.2");
  expect(ended.code).toBe(0);
});

describe("a lab that stands", () => {
  test("is healthy, and listed", async () => {
    expect(json(await vethlab("status", stack, "--json"))).toEqual({
      stack,
      lab: "user-bridge",
      health: "healthy",
      findings: [],
    });
    const labs = json(await vethlab("list", "--json")) as { lab: string; stacks: string[] }[];
    expect(labs.find(({ lab }) => lab === "user-bridge")?.stacks).toContain(stack);
  });

  test("is left alone by a second up, which tests it all the same", async () => {
    const file = join(folder, "up.xml");
    const outcome = json(await vethlab("up", stack, "--json", "--junit", file)) as Outcome;
    expect(readFileSync(file, "utf8")).toContain(`tests="${outcome.report.results.length}" failures="0"`);
    expect(outcome).toMatchObject({ ok: true, repairs: [] });
    expect(Object.keys(outcome.changes)).toEqual(["same"]);
    expect(outcome.report.results.length).toBeGreaterThan(0);
  });

  test("shows a table of claims, the addresses, and what to do next", async () => {
    const { stdout, code } = await vethlab("up", stack);
    expect(code).toBe(0);
    expect(stdout).toMatch(/claims hold/);
    expect(stdout).toMatch(/box1 +│ my-bridge +│ 172\.18\.0\.2\/16/);
    expect(stdout).toContain(`npx vethlab exec ${stack} box1 -- ip addr`);
    expect(stdout).toContain(`npx vethlab down ${stack}`);
  });

  test("is verified any time, for people, scripts and CI", async () => {
    const file = join(folder, "claims.xml");
    const ended = await vethlab("verify", stack, "--json", "--junit", file);
    expect(ended.code).toBe(0);
    const { results } = json(ended) as Outcome["report"];
    expect(readFileSync(file, "utf8")).toContain(`tests="${results.length}" failures="0"`);
    expect((await vethlab("verify", stack)).stdout).toContain(
      `${results.length} of ${results.length} claims hold`,
    );
  });

  test("lets commands run in its nodes, with input, output and exit code", async () => {
    expect(
      await vethlab("exec", stack, "box1", "--", "sh", "-c", "echo out; echo err >&2; exit 7"),
    ).toMatchObject({
      code: 7,
      stdout: "out\n",
      stderr: "err\n",
    });
    expect(
      (await vethlab("exec", stack, "host1", "--", "docker", "ps", "--format", "{{.Names}}")).stdout,
    ).toContain("box1\n");
    const unknown = await vethlab("exec", stack, "bxo1", "--", "true");
    expect(unknown).toMatchObject({ code: 2 });
    expect(unknown.stderr).toContain('did you mean "box1"?');
  });

  test("is drawn as it stands", async () => {
    const file = join(folder, "lab.svg");
    expect(await vethlab("graph", stack, "--write", file)).toMatchObject({ code: 0, stdout: "", stderr: "" });
    const texts = textsOf(readFileSync(file, "utf8"));
    for (const text of ["my-bridge", "172.18.0.0/16", "box1", "172.18.0.2/16", "outside"]) {
      expect(texts).toContain(text);
    }
    const { code, stdout } = await vethlab("graph", stack);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^graph \{\n[^]*"node box1" -- "network host1 my-bridge"[^]*\}\n$/);
  });

  test("previews a change of settings without taking it over", async () => {
    const { changes, claims } = json(
      await vethlab("preview", stack, "-c", "connectBox3=true", "--json"),
    ) as Planned;
    expect(changes).toEqual([
      {
        op: "update",
        name: "box3-on-my-bridge",
        kind: "NetworkAttachment",
        arguments: [{ argument: "connected", before: false, after: true }],
        with: [],
      },
    ]);
    expect(claims).toEqual({
      added: expect.arrayContaining(["box1 pings box3 by name"]) as unknown,
      removed: expect.arrayContaining(["box1 gets no reply from box3"]) as unknown,
    });
    const { stdout } = await vethlab("preview", stack, "-c", "subnet=172.30.0.0/16");
    expect(stdout).toContain(
      "± my-bridge  subnet 172.18.0.0/16 -> 172.30.0.0/16 (replaced, with box1, box2, box3-on-my-bridge)\n",
    );
    expect((await vethlab("preview", stack)).stdout).toContain("Nothing would change.");
  });

  test("takes a setting over, and its claims flip", async () => {
    const { code, stdout } = await vethlab("up", stack, "-c", "connectBox3=true", "--json");
    expect({ code, ...(JSON.parse(stdout) as Outcome).changes }).toMatchObject({ code: 0, update: 4 });
    expect((await vethlab("exec", stack, "box3", "--", "ping", "-c", "1", "-W", "2", "box1")).code).toBe(0);
  });

  test("refuses a setting that it does not have, and does not keep it", async () => {
    const { code, stderr } = await vethlab("up", stack, "-c", "connectBx3=true");
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining(
        'config.connectBx3: true\n    there is no such setting\n    fix: did you mean "connectBox3"?',
      ) as unknown,
    });
    expect((await vethlab("preview", stack)).stdout).toContain("Nothing would change.");
  });

  test("whose claim fails is reported with exit code 1 by verify, and built anew by up", async () => {
    // From outside: the bridge's port of box2 goes down.
    const link = ["exec", stack, "host1", "--", "sh", "-c"];
    const port = `ip -o link show | grep -m1 "^$(($(docker exec box2 cat /sys/class/net/eth0/iflink))):" | sed 's/^[0-9]*: //; s/@.*//'`;
    expect((await vethlab(...link, `ip link set "$(${port})" down`)).code).toBe(0);
    const failed = await vethlab("verify", stack, "--json");
    expect(failed.code).toBe(1);
    expect((json(failed) as Outcome["report"]).results.filter(({ holds }) => !holds).length).toBeGreaterThan(
      0,
    );
    const mended = await vethlab("up", stack);
    expect(mended.code).toBe(0);
    expect(mended.stdout).toContain("built anew");
    expect(json(await vethlab("status", stack, "--json"))).toMatchObject({ health: "healthy", findings: [] });
  }, 120_000);

  test("is Pulumi's as much as ours: env makes plain Pulumi work", async () => {
    const { stdout } = await vethlab("env");
    expect(stdout).toMatch(/^(?:export [A-Z_]+='[^']*'\n)+$/);
    const plain = await inLabEnvironment(
      "pulumi",
      "preview",
      "--stack",
      stack,
      "--expect-no-changes",
      "--non-interactive",
    );
    expect(plain.code).toBe(0);
  });

  test("is removed, and nothing of it is left", () => expectRemoved(stack));
});

test("a lab on the user's own engine: up tells what fails with exit code 1, and builds it anew when asked", async () => {
  const stack = "test-cli-local";
  expect((await vethlab("up", "joined-web", "--stack", stack, "-c", "host=local")).code).toBe(0);
  const web1 = `vethlab-${stack}-web1`;
  expect((await inLabEnvironment("docker", "network", "disconnect", "bridge", web1)).code).toBe(0);
  const shown = await vethlab("up", stack);
  expect(shown.code).toBe(1);
  expect(shown.stdout).toContain("See for yourself:");
  expect(shown.stdout).toContain(`npx vethlab up ${stack} --rebuild`);
  const told = await vethlab("up", stack, "--json");
  expect(told.code).toBe(1);
  expect(json(told)).toMatchObject({ ok: false, report: { ok: false }, addresses: { web1: {} } });
  expect((await vethlab("up", stack, "--rebuild")).code).toBe(0);
  await expectRemoved(stack);
}, 180_000);

test("down of a lab that is not there is no error", async () => {
  const { code, stdout } = await vethlab("down", "netns-veth");
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringContaining("nothing to remove") as unknown,
  });
});

test("commands on a lab that is not up say how to bring it up", async () => {
  for (const args of [
    ["verify", "netns-veth"],
    ["exec", "netns-veth", "ns1", "--", "true"],
  ]) {
    const { code, stderr } = await vethlab(...args);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining("npx vethlab up netns-veth") as unknown,
    });
  }
});

test("without an engine the answer is 3, and what to do", async () => {
  const { code, stderr } = await startVethlab(["up", "user-bridge", "--stack", stack], {
    DOCKER_HOST: "unix:///nowhere.sock",
  }).ended;
  expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining("What to do:") as unknown });
  await vethlab("down", stack);
});

test("preview without an engine ends with 3 and no stack trace, and leaves nothing", async () => {
  const DOCKER_HOST = "unix:///nowhere.sock";
  const { code, stderr } = await startVethlab(["preview", "user-bridge", "--stack", stack], { DOCKER_HOST })
    .ended;
  expect({ code, stderr }).toEqual({
    code: 3,
    stderr:
      "No Docker engine answers at unix:///nowhere.sock.\n  What to do: see that it runs, or name another one (DOCKER_HOST, docker context use).\n",
  });
  expect(await tracesOf(stack)).toEqual([]);
});

test("a first up that the program refuses leaves no stack and no settings", async () => {
  const { code, stderr } = await vethlab(
    "up",
    "user-bridge",
    "--stack",
    stack,
    "-c",
    "underlay=300.1.1.0/24",
  );
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining("networks.underlay.subnet: 300.1.1.0/24") as unknown,
  });
  expect(await tracesOf(stack)).toEqual([]);
  const again = await vethlab("up", stack);
  expect({ code: again.code, stderr: again.stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining(`There is no lab "${stack}"`) as unknown,
  });
});
