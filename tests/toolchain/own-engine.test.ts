import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { execa } from "execa";

import { packageRoot, toolchainHome } from "../../toolchain/paths.ts";
import { which } from "../../toolchain/programs.ts";
import { eventually } from "./docker.ts";

jest.setTimeout(60_000);

// In namespaces of its own, with empty folders where engines have their sockets and files: the machine's engine is
// not seen, and what is started here is gone afterwards.
const possible = process.platform === "linux" && process.getuid?.() === 0 && which("dockerd") !== undefined;

(possible ? describe : describe.skip)("vethlab's own engine", () => {
  const folder = mkdtempSync(join(tmpdir(), "vethlab-own-"));
  let keeper: ReturnType<typeof keepNamespaces>;

  /** A process in namespaces of its own, where the rest of the test enters. */
  const keepNamespaces = () =>
    execa(
      "unshare",
      [
        ...["--mount", "--net", "sh", "-c"],
        `mount -t tmpfs none /run && mkdir -p /var/lib/vethlab && mount --bind ${folder} /var/lib/vethlab && echo ready && exec sleep 300`,
      ],
      { reject: false },
    );

  /** Runs a command where there is no engine. */
  const inside = (...command: string[]) =>
    execa("nsenter", ["--target", String(keeper.pid), "--mount", "--net", ...command], {
      env: { ...process.env, DOCKER_HOST: "", DOCKER_CONFIG: folder, VETHLAB_HOME: folder },
      reject: false,
    });
  const bootstrap = (...args: string[]) =>
    inside(process.execPath, join(packageRoot, "toolchain/bootstrap.mjs"), ...args);

  beforeAll(async () => {
    keeper = keepNamespaces();
    await new Promise((resolve) => keeper.stdout.once("data", resolve));
  });
  afterAll(async () => {
    await bootstrap("engine", "stop");
    keeper.kill();
    await keeper;
    rmSync(folder, { recursive: true, force: true });
  });

  test("starts once, answers, and stops", async () => {
    expect((await bootstrap("engine", "status")).stdout).toBe("no Docker engine answers");
    const started = await bootstrap("engine", "start");
    expect(started.stderr).toBe("");
    expect(started.stdout).toMatch(
      /^Docker [\d.]+ at unix:\/\/\/run\/vethlab\/docker\.sock \(vethlab's own engine\)$/,
    );

    const pid = await pidOfEngine();
    expect((await bootstrap("engine", "start")).stdout).toBe(started.stdout);
    expect(await pidOfEngine()).toBe(pid);

    expect((await bootstrap("engine", "stop")).stdout).toBe("stopped vethlab's own engine");
    expect((await bootstrap("engine", "stop")).stdout).toBe("vethlab's own engine was not running");
    expect(readFileSync(join(folder, "dockerd.log"), "utf8")).toContain("Daemon shutdown complete");
  });

  test("what is not a verb is wrong use", async () => {
    const { exitCode, stderr } = await bootstrap("engine", "restart");
    expect(exitCode).toBe(2);
    expect(stderr).toBe("usage: node toolchain/bootstrap.mjs [engine start|stop|status]");
  });

  test("is missing, not silent, when it ended without a word, as in a restart of the machine", async () => {
    for (const name of ["bin", "pulumi", "pulumi.json"])
      symlinkSync(join(toolchainHome, name), join(folder, name));
    writeFileSync(join(folder, "engine.json"), JSON.stringify({ how: "vethlab's own engine" }));
    const module = JSON.stringify(join(packageRoot, "toolchain/ensure-toolchain.ts"));
    const haveToolchain = async () =>
      (
        await inside(
          process.execPath,
          ...["--input-type=module", "--eval"],
          `console.log((await import(${module})).haveToolchain())`,
        )
      ).stdout;

    await bootstrap("engine", "start");
    expect(await haveToolchain()).toBe("true");
    await inside("kill", "-KILL", await pidOfEngine());
    await eventually(async () => {
      expect(await haveToolchain()).toBe("false");
    }, 10);
    expect((await bootstrap("engine", "start")).exitCode).toBe(0);
    expect(await haveToolchain()).toBe("true");
  });

  async function pidOfEngine(): Promise<string> {
    return (await inside("cat", "/run/vethlab/docker.pid")).stdout;
  }
});
