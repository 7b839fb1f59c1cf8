import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";

import { hostOptions } from "../../images/host-capabilities.ts";
import { imageReference } from "../../images/recipe.ts";
import { docker, eventually, ownName } from "./docker.ts";

jest.setTimeout(60_000);

describe("a lab host", () => {
  const name = ownName("host");
  const folder = mkdtempSync(join(tmpdir(), "vethlab-"));
  const box = imageReference("box");
  let secondsToAnswer: number;

  /** The engine inside, through the socket that it shares. */
  const inside = (...args: string[]) => docker("--host", `unix://${folder}/docker.sock`, ...args);
  const exec = (...args: string[]) => docker("exec", name, ...args);

  beforeAll(async () => {
    const begun = performance.now();
    await docker(
      ...["run", "--detach", "--name", name, "--volume", `${folder}:/run/vethlab`],
      ...["--env", "VETHLAB_SOCKET_GID=4242", "--env", "VETHLAB_DNS=203.0.113.10"],
      ...["--env", "VETHLAB_ROUTES=203.0.113.0/24 dev eth0; 198.51.100.0/24 dev eth0"],
      ...["--env", "VETHLAB_DOCKERD_ARGS=--label a=b --label c=d"],
      ...[...hostOptions, imageReference("host")],
    );
    await eventually(() => inside("image", "inspect", box), 20);
    secondsToAnswer = (performance.now() - begun) / 1000;
  });
  afterAll(async () => {
    await docker("rm", "--force", "--volumes", name);
    rmSync(folder, { recursive: true });
  });

  test("answers within a moment, and has the box image from the start", () => {
    // 0.8 s on a quiet machine
    expect(secondsToAnswer).toBeLessThan(5);
  });

  test("takes its settings", async () => {
    expect(statSync(join(folder, "docker.sock")).gid).toBe(4242);
    expect(await exec("ip", "route")).toMatch(/198\.51\.100\.0\/24 dev eth0[^]*203\.0\.113\.0\/24 dev eth0/);
    expect((JSON.parse(await inside("info", "--format", "{{json .Labels}}")) as string[]).sort()).toEqual([
      "a=b",
      "c=d",
    ]);
    expect(await inside("run", "--rm", box, "cat", "/etc/resolv.conf")).toContain("nameserver 203.0.113.10");
  });

  test("runs boxes", async () => {
    expect(await inside("run", "--rm", box, "ip", "-brief", "address", "show", "eth0")).toMatch(
      /^eth0@if\d+ +UP +172\./,
    );
  });

  test("opens no TCP port for its engine", async () => {
    expect(await exec("ss", "--no-header", "--listening", "--tcp", "--numeric")).toBe("");
  });

  test.each(["TERM", "KILL"])(
    "starts an engine that ends by SIG%s again, and stays the same host",
    async (signal) => {
      const started = await docker("inspect", "--format", "{{.State.StartedAt}}", name);
      await exec("sh", "-c", `kill -${signal} $(cat /var/run/docker.pid)`);
      // the old engine must have gone before the new one is asked
      await eventually(async () => {
        await expect(inside("version")).rejects.toThrow();
      });
      await eventually(() => inside("run", "--rm", box, "true"), 20);
      expect(await docker("inspect", "--format", "{{.State.StartedAt}}", name)).toBe(started);
    },
  );

  test("starts again after a stop, which takes two seconds at most", async () => {
    await inside("run", "--detach", "--name", "stays", box);
    const begun = performance.now();
    await docker("stop", name);
    expect(performance.now() - begun).toBeLessThan(4000);
    await docker("start", name);
    await eventually(() => inside("start", "stays"), 20);
  });
});
