import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { readState } from "../../cli/backend.ts";
import { project } from "../../toolchain/project.ts";
import { hostDirectory } from "../../topology/run-directory.ts";
import { expectRemoved } from "./gone.ts";
import { inLabEnvironment, vethlab } from "../live/vethlab.ts";

/** transport=tls, as for Docker Desktop: the host's engine on a port of 127.0.0.1, for whoever has the certificate. */

const stack = `transport-${process.pid}`;
const folder = hostDirectory({ stack }, "host1");
const container = `vethlab-${stack}-host1`;

jest.setTimeout(90_000);

beforeAll(async () => {
  const { code, stderr } = await vethlab("up", "user-bridge", "--stack", stack, "-c", "transport=tls");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});
afterAll(() => vethlab("down", stack));

/** Where the engine listens, as the topology says. */
function engineUrl(): URL {
  const { hosts } = readState(stack)?.outputs["topology"] as { hosts: { name: string; engine: string }[] };
  return new URL(hosts.find(({ name }) => name === "host1")?.engine ?? "");
}

/** Asks the engine; the answer's status, or the error's code. */
function ask(options: {
  ca?: Buffer;
  cert?: Buffer;
  key?: Buffer;
  rejectUnauthorized?: boolean;
}): Promise<unknown> {
  return new Promise((resolve) => {
    const { hostname, port } = engineUrl();
    request({ hostname, port, path: "/_ping", agent: false, ...options }, ({ statusCode }) => {
      resolve(statusCode);
    })
      .on("error", (error: NodeJS.ErrnoException) => {
        resolve(error.code);
      })
      .end();
  });
}

const file = (name: string): Buffer => readFileSync(join(folder, name));

test("nothing of the machine is mounted into the host, and only 127.0.0.1 leads to its engine", async () => {
  const { stdout } = await inLabEnvironment("docker", "inspect", "--format", "{{json .Mounts}}", container);
  expect((JSON.parse(stdout) as { Type: string }[]).map(({ Type }) => Type)).toEqual(["volume"]);
  const { port, protocol, hostname } = engineUrl();
  expect({ protocol, hostname }).toEqual({ protocol: "tcp:", hostname: "127.0.0.1" });
  const ports = await inLabEnvironment("docker", "port", container);
  expect(ports.stdout).toBe(`2376/tcp -> 127.0.0.1:${port}\n`);
  const listening = await inLabEnvironment("ss", "-Hltn", `sport = :${port}`);
  expect(listening.stdout.trim().split(/\s+/)[3]).toBe(`127.0.0.1:${port}`);
});

test("the engine answers whoever has the certificate, and nobody else", async () => {
  const mine = { ca: file("ca.pem"), cert: file("cert.pem"), key: file("key.pem") };
  expect(await ask(mine)).toBe(200);
  // without one, and with one that another CA has signed
  expect(await ask({ ca: mine.ca })).toMatch(/CERTIFICATE_REQUIRED|BAD_CERTIFICATE|ECONNRESET/);
  const key = join(folder, "strange-key.pem");
  const strange = join(folder, "strange.pem");
  const made = await inLabEnvironment(
    "openssl",
    ...[
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-subj",
      "/CN=strange",
    ],
    ...["-keyout", key, "-out", strange],
  );
  expect(made.code).toBe(0);
  expect(await ask({ ca: mine.ca, cert: file("strange.pem"), key: file("strange-key.pem") })).toMatch(
    /UNKNOWN_CA|BAD_CERTIFICATE|ECONNRESET/,
  );
  for (const one of [key, strange]) rmSync(one);
  // the client too knows whom it speaks to
  expect(await ask({ cert: mine.cert, key: mine.key })).toMatch(/SELF_SIGNED|UNABLE_TO_VERIFY/);
});

test("the keys are private: mode 0600, the CA's is gone, none is in Pulumi's state", async () => {
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(readdirSync(folder).sort()).toEqual(["ca.pem", "cert.pem", "key.pem"]);
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  const keys = await inLabEnvironment("docker", "exec", container, "find", "/etc/vethlab", "-name", "*key*");
  expect(keys.stdout.trim().split("\n").sort()).toEqual([
    "/etc/vethlab/tls/client/key.pem",
    "/etc/vethlab/tls/server-key.pem",
  ]);
  const state = readFileSync(
    join(join(project.home, "state"), ".pulumi", "stacks", "vethlab", `${stack}.json`),
    "utf8",
  );
  expect(state).toContain(folder);
  expect(state).not.toMatch(/PRIVATE KEY/);
});

test("its nodes can be entered, and a second up has nothing to do, nor has one after a refresh", async () => {
  expect(await vethlab("exec", stack, "box1", "--", "hostname")).toMatchObject({ code: 0, stdout: "box1\n" });
  expect(JSON.parse((await vethlab("up", stack, "--json")).stdout)).toMatchObject({
    ok: true,
    repairs: [],
    changes: { same: expect.any(Number) as unknown },
  });
  const refreshed = await inLabEnvironment("pulumi", "refresh", "--yes", "--skip-preview", "--stack", stack);
  expect(refreshed.code).toBe(0);
  expect((await vethlab("preview", stack)).stdout).toContain("Nothing would change.");
});

test("an engine that is started again has the same certificates", async () => {
  await vethlab("exec", stack, "host1", "--", "pkill", "dockerd");
  const again = "timeout 20 sh -c 'sleep 1; until docker version; do sleep 0.1; done'";
  expect((await vethlab("exec", stack, "host1", "--", "sh", "-c", again)).code).toBe(0);
  expect(await ask({ ca: file("ca.pem"), cert: file("cert.pem"), key: file("key.pem") })).toBe(200);
});

test("lost certificates are told, and up builds the host anew", async () => {
  rmSync(folder, { recursive: true });
  const { findings } = JSON.parse((await vethlab("status", stack, "--json")).stdout) as {
    findings: string[];
  };
  expect(findings).toContain(`${container} has lost ${folder}: it is built anew`);
  expect((await vethlab("up", stack)).code).toBe(0);
});

test("is removed, and nothing of it is left", () => expectRemoved(stack));
