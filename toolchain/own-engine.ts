import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { installPackages } from "./debian.ts";
import { askEngine, type Engine, findEngine, namedPlace } from "./engine.ts";
import { MachineLacks } from "./lacks.ts";
import { pidFile, removeStalePidFiles, runningPid } from "./own-engine-pid.ts";
import { ownEngineDir, ownEngineRunDir, ownEngineSocket } from "./paths.ts";
import { which, widePath } from "./programs.ts";

const logFile = join(ownEngineDir, "dockerd.log");
const place = { host: `unix://${ownEngineSocket}`, how: "vethlab's own engine" } as const;

const howToGetOne =
  "install Docker (docs.docker.com/engine/install) and start it, or point DOCKER_HOST at an engine that runs elsewhere.";

/**
 * The engine that answers. Where none answers, an engine of vethlab is started: Debian's docker.io with files and a socket
 * of its own, which outlives the calling process. Safe to repeat.
 *
 * @throws MachineLacks where no engine answers and none can be started
 */
export async function startOwnEngine(say: (line: string) => void = () => undefined): Promise<Engine> {
  const found = await findEngine();
  if (found) return found;

  const named = await namedPlace();
  if (named) {
    throw new MachineLacks(
      `No Docker engine answers at ${named.host ?? "the default socket"}, where ${named.how === "context" ? "the docker context" : "DOCKER_HOST"} points.`,
      "start it, or unset that, and vethlab looks for another one.",
    );
  }
  if (process.platform !== "linux") throw new MachineLacks("No Docker engine answers.", howToGetOne);
  if (process.getuid?.() !== 0) {
    throw new MachineLacks(
      "No Docker engine answers, or this user may not use it, and only root can start one.",
      `have root run \`node toolchain/bootstrap.mjs\` once, or ${howToGetOne} The user must be in the group docker.`,
    );
  }

  if (!which("dockerd") || !which("docker")) {
    say("installing docker.io");
    await installPackages(["docker.io", "iptables"], howToGetOne);
    // Debian's package starts the engine where there is an init system
    const started = await findEngine();
    if (started) return started;
  }

  say("starting an engine");
  return start();
}

/** Starts dockerd and waits until it answers. */
async function start(): Promise<Engine> {
  mkdirSync(ownEngineDir, { recursive: true, mode: 0o711 });
  mkdirSync(ownEngineRunDir, { recursive: true, mode: 0o755 });
  removeStalePidFiles();

  const log = openSync(logFile, "a");
  const dockerd = spawn(
    "dockerd",
    [
      ...["--data-root", join(ownEngineDir, "docker")],
      ...["--exec-root", join(ownEngineRunDir, "exec")],
      ...["--pidfile", pidFile],
      ...["--host", place.host],
      ...["--storage-driver", "overlay2"],
      // dockerd only warns when the group docker does not exist.
      ...["--group", "docker"],
    ],
    { detached: true, stdio: ["ignore", log, log], cwd: "/", env: { ...process.env, PATH: widePath() } },
  );
  closeSync(log);
  dockerd.unref();

  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    const engine = existsSync(ownEngineSocket) && (await askEngine(place));
    if (engine) return engine;
    // Another process may have started an engine at the same moment: this one then stops at the other's pid file.
    if (dockerd.exitCode !== null && !runningPid()) break;
    await sleep(100);
  }
  throw new MachineLacks(
    `dockerd does not start here: ${lastError()}`,
    `look into ${logFile}; without privileges for an engine, ${howToGetOne}`,
  );
}

/**
 * Stops the engine of vethlab with all its containers; the files of the engine stay. Resolves to whether it was running.
 *
 * @throws MachineLacks for a user other than root
 */
export async function stopOwnEngine(): Promise<boolean> {
  const pid = runningPid();
  if (!pid) return false;
  if (process.getuid?.() !== 0)
    throw new MachineLacks("vethlab's own engine belongs to root.", "run this as root.");
  process.kill(pid, "SIGTERM");
  const deadline = Date.now() + 20_000;
  while (runningPid() === pid) {
    if (Date.now() > deadline) process.kill(pid, "SIGKILL");
    await sleep(100);
  }
  rmSync(ownEngineSocket, { force: true });
  return true;
}

function lastError(): string {
  const lines = readFileSync(logFile, "utf8").trim().split("\n");
  return lines.findLast((line) => /failed|error|fatal/i.test(line)) ?? lines.at(-1) ?? "it wrote no log";
}
