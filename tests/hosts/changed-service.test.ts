import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { packageRoot } from "../../toolchain/paths.ts";
import { tracesOf } from "../machine-state.ts";
import { inLabEnvironment } from "../live/vethlab.ts";

/** A service is changed where it stands, by its program and by hand; what does not come to run says why. */

jest.setTimeout(180_000);

const stack = `changed-service-${process.pid}`;
const pulumi = (...args: string[]) =>
  inLabEnvironment(
    "pulumi",
    ...args,
    "--cwd",
    join(packageRoot, "tests/hosts/changed-service"),
    "--stack",
    stack,
    "--non-interactive",
  );

/** On the lab host. */
async function docker(...args: string[]): Promise<string> {
  const { stdout } = await inLabEnvironment(
    "docker",
    "exec",
    `vethlab-changed-service-${stack}-host1`,
    "docker",
    ...args,
  );
  return stdout.trim();
}
const serviceId = () => docker("service", "ls", "--quiet", "--filter", "name=web");

const web = { command: ["vethlab-web"], replicas: 2, convergeSeconds: 60 };
let args: object = web;

/** The service's arguments; what is left out is as at first. */
async function configure(changed: object): Promise<void> {
  args = { ...web, ...changed };
  await pulumi("config", "set", "args", JSON.stringify(args));
}
const up = () => pulumi("up", "--yes", "--skip-preview");

/** What a preview would do to the service. */
async function previewed(): Promise<string[]> {
  const { stdout } = await pulumi("preview", "--json");
  const { steps } = JSON.parse(stdout) as { steps: { op: string; urn: string }[] };
  return steps.filter(({ op, urn }) => op !== "same" && urn.endsWith("::web-service")).map(({ op }) => op);
}

async function expectNoChanges(): Promise<void> {
  expect(await pulumi("preview", "--expect-no-changes")).toMatchObject({ code: 0 });
  expect(await pulumi("refresh", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
  expect(await pulumi("preview", "--expect-no-changes")).toMatchObject({ code: 0 });
}

beforeAll(async () => {
  await pulumi("stack", "init");
  await configure({});
  expect(await up()).toMatchObject({ code: 0 });
});
afterAll(() => pulumi("destroy", "--yes", "--skip-preview", "--remove"));

test("as it was made a refresh finds nothing to change", expectNoChanges);

describe("changed in place", () => {
  test.each<[string, object, string, string]>([
    ["replicas", { replicas: 3 }, "{{.Spec.Mode.Replicated.Replicas}}", "3"],
    [
      "command",
      { command: ["sh", "-c", "exec vethlab-web"] },
      "{{json .Spec.TaskTemplate.ContainerSpec.Args}}",
      '["sh","-c","exec vethlab-web"]',
    ],
    [
      "constraints",
      { constraints: ["node.role==manager"] },
      "{{json .Spec.TaskTemplate.Placement.Constraints}}",
      '["node.role==manager"]',
    ],
    [
      "update",
      { update: { parallelism: 0, delaySeconds: 1 } },
      "{{.Spec.UpdateConfig.Parallelism}} {{.Spec.UpdateConfig.Delay}} {{.Spec.UpdateConfig.Order}}",
      "0 1s stop-first",
    ],
    [
      "rollback",
      { rollback: { failureAction: "continue" } },
      "{{.Spec.RollbackConfig.FailureAction}}",
      "continue",
    ],
    [
      "all of it back",
      {},
      "{{.Spec.Mode.Replicated.Replicas}} {{json .Spec.TaskTemplate.ContainerSpec.Args}}",
      '2 ["vethlab-web"]',
    ],
  ])("%s", async (_what, changed, format, then) => {
    const id = await serviceId();
    await configure(changed);
    expect(await previewed()).toEqual(["update"]);
    expect(await up()).toMatchObject({ code: 0 });
    expect(await docker("service", "inspect", "--format", format, "web")).toBe(then);
    expect(await serviceId()).toBe(id);
    await expectNoChanges();
  });
});

test.each<[string, object]>([
  ["ports", { ports: [{ external: 8080, internal: 80, mode: "host" }], replicas: 1 }],
  ["endpointMode", { endpointMode: "dnsrr" }],
  ["global mode", { replicas: "global" }],
])("made anew for other %s", async (_what, changed) => {
  const id = await serviceId();
  await configure(changed);
  expect(new Set(await previewed())).toContain("replace");
  expect(await up()).toMatchObject({ code: 0 });
  expect(await serviceId()).not.toBe(id);
  await expectNoChanges();
});

describe("what does not come to run is told, and the next up goes on from there", () => {
  const refused: [object, RegExp] = [{ constraints: ["host9"] }, /constraint expected one operator/];

  test.each<[string, object, RegExp]>([
    ["for an option that the engine refuses", ...refused],
    [
      "for want of its image",
      { image: "vethlab/no-such-image:1" },
      /the service web has not converged.*\n.*web\.\d on host1: (Rejected|Preparing).*No such image/,
    ],
    [
      "for want of a node",
      { constraints: ["node.hostname==host9"], convergeSeconds: 10 },
      /the service web has not converged within 10 s.*\n(.*web\.\d on no node: Pending.*no suitable node.*\n)+.* error: exit status 1/,
    ],
    [
      "for a command that ends",
      { command: ["false"] },
      /the service web has not converged.*\n.*web\.\d on host1: Failed.*non-zero exit \(1\)/,
    ],
    [
      "and is rolled back",
      { command: ["false"], update: { failureAction: "rollback" } },
      /the service web has not converged: its update ended as rollback_completed/,
    ],
  ])("%s", async (_why, changed, said) => {
    await configure(changed);
    expect(await up()).toMatchObject({ code: 1, stdout: expect.stringMatching(said) });
    await configure({});
    expect(await up()).toMatchObject({ code: 0 });
    await expectNoChanges();
  });

  test.each<[string, object, RegExp]>([
    ["for want of its image", { image: "vethlab/no-such-image:1" }, /No such image/],
    ["for an option that the engine refuses", ...refused],
  ])("also when it is made: %s", async (_why, changed, said) => {
    await docker("service", "rm", "web");
    await pulumi("refresh", "--yes", "--skip-preview");
    await configure(changed);
    expect(await up()).toMatchObject({ code: 1, stdout: expect.stringMatching(said) });
    const id = await serviceId();
    await configure({});
    expect(await up()).toMatchObject({ code: 0 });
    expect(await serviceId()).toContain(id);
    await expectNoChanges();
  });
});

describe("changed by hand, a refresh sees it, and an up sets it right", () => {
  test.each<[string, string[], string]>([
    ["scaled", ["service", "scale", "--detach", "web=1"], "update"],
    ["another command", ["service", "update", "--detach", "--args", "vethlab-idle", "web"], "update"],
    ["removed", ["service", "rm", "web"], "create"],
  ])("%s", async (_what, byHand, op) => {
    await docker(...byHand);
    await pulumi("refresh", "--yes", "--skip-preview");
    expect(await previewed()).toEqual([op]);
    expect(await up()).toMatchObject({ code: 0 });
    await expectNoChanges();
  });
});

test("goes without a trace", async () => {
  expect((await pulumi("destroy", "--yes", "--skip-preview")).code).toBe(0);
  expect((await pulumi("stack", "rm", "--yes", "--remove-backups")).code).toBe(0);
  expect(await tracesOf(stack)).toEqual([]);
});
