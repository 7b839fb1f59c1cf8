import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import type { Report } from "../../checks/results.ts";
import { imageReference } from "../../images/recipe.ts";
import { composeProgram } from "../../toolchain/compose.ts";
import { inLabEnvironment, startVethlab, vethlab } from "./vethlab.ts";

jest.setTimeout(120_000);

const folder = join(mkdtempSync(join(tmpdir(), "compose-")), "running");
const file = join(folder, "compose.yaml");
const project = "vethlab-test-running";
const of = (ports: string) => `image: ${imageReference("box")}, pull_policy: never, command: [${ports}]`;
const text = `
name: ${project}
services:
  web: { ${of('vethlab-web, "80"')}, ports: ["127.0.0.1:18943:80"], networks: [front] }
  api: { ${of('vethlab-web, "3000"')}, expose: ["3000"], networks: { front: { aliases: [backend] }, back: } }
  db: { ${of('vethlab-web, "5432"')}, expose: ["5432"], networks: [back] }
  metrics: { ${of("vethlab-idle")}, network_mode: "service:db" }
networks:
  front:
  back: { internal: true }
`;

/** Compose itself, as a user types it. */
async function compose(...words: string[]): Promise<void> {
  const [program = "", ...first] = await composeProgram();
  const { code, stderr } = await inLabEnvironment(program, ...first, "--file", file, ...words);
  expect({ code, stderr }).toMatchObject({ code: 0 });
}

async function verify(): Promise<{ code: number | null; failing: string[]; report: Report }> {
  const { code, stdout } = await vethlab("verify", file, "--running", "--json");
  const report = JSON.parse(stdout) as Report;
  return { code, report, failing: report.results.filter(({ holds }) => !holds).map(({ claim }) => claim) };
}

async function probes(): Promise<string[]> {
  const { stdout } = await inLabEnvironment("docker", "ps", "--all", "--format", "{{.Names}}");
  return stdout.split("\n").filter((name) => name.startsWith("vethlab-probe-"));
}

beforeAll(async () => {
  mkdirSync(folder);
  writeFileSync(file, text);
  const early = await vethlab("verify", file, "--running");
  expect(early).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`Nothing of the project "${project}"`),
  });
  await compose("up", "--detach");
});
afterAll(async () => {
  await compose("down", "--timeout", "1");
  rmSync(join(folder, ".."), { recursive: true });
});

test("what follows from the file holds on the running project", async () => {
  const { code, failing, report } = await verify();
  expect({ code, failing }).toEqual({ code: 0, failing: [] });
  const claims = report.results.map(({ claim }) => claim);
  expect(claims).toEqual(
    expect.arrayContaining([
      "web connects to api by name port 3000",
      "web gets no reply from db on back",
      "api resolves vethlab-test-running-db-1 to db on back",
      "machine connects to 127.0.0.1 port 18943",
      "metrics has the interfaces of db",
    ]),
  );
  expect(await probes()).toEqual([]);
});

test("a wall that somebody has opened is told", async () => {
  await inLabEnvironment("docker", "network", "connect", `${project}_back`, `${project}-web-1`);
  const { code, failing } = await verify();
  await inLabEnvironment("docker", "network", "disconnect", `${project}_back`, `${project}-web-1`);
  expect(code).toBe(1);
  expect(failing).toEqual(
    expect.arrayContaining(["web gets no reply from db on back", "web does not know the names db"]),
  );
  expect(failing.filter((claim) => !/^web|^db gets no reply from web|resolves/.test(claim))).toEqual([]);
});

test("a service that does not run is told, and its walls are not called proven", async () => {
  await inLabEnvironment("docker", "stop", "--time", "1", `${project}-db-1`);
  const { code, report } = await verify();
  await inLabEnvironment("docker", "start", `${project}-db-1`);
  expect(code).toBe(1);
  const wall = report.results.find(({ claim }) => claim === "web gets no reply from db on back");
  expect(wall).toMatchObject({ holds: false, observed: expect.stringMatching(/^db does not run: exited/) });
});

test.each(["SIGKILL", "SIGINT"] as const)("what was put beside it is gone after %s", async (signal) => {
  const { child, ended } = startVethlab(["verify", file, "--running"]);
  while (child.exitCode === null && (await probes()).length === 0) await sleep(20);
  expect(child.exitCode).toBeNull();
  child.kill(signal);
  await ended;
  const until = performance.now() + 10_000;
  while ((await probes()).length > 0 && performance.now() < until) await sleep(100);
  expect(await probes()).toEqual([]);
});

test("exec, capture and graph work on it", async () => {
  const address = await vethlab("exec", "--running", file, "web", "--", "ip", "-brief", "address");
  expect(address).toMatchObject({ code: 0, stdout: expect.stringMatching(/^eth0@/m) });
  const drawing = await vethlab("graph", file, "--running");
  expect(drawing).toMatchObject({ code: 0, stdout: expect.stringContaining("node metrics") });
  const wrong = await vethlab("exec", "--running", file, "wep", "--", "true");
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean "web"?') });
});
