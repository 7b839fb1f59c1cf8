import { rmSync, rmdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { groupBy } from "../../topology/group.ts";
import { runDirectory } from "../../topology/run-directory.ts";
import { fullName } from "../../topology/scope.ts";
import { scriptCall, scriptWords, wordLines } from "../../scripts/index.ts";
import { SWARM_LABEL } from "../../topology/labels.ts";
import { sshShell } from "../../scripts/ssh.ts";
import type { SshTarget } from "../../topology/ssh.ts";
import { standingFile } from "../../checks/report-file.ts";
import { resultsFile, scopeOf, tmpDir } from "../../toolchain/project.ts";
import { ask } from "../../toolchain/programs.ts";
import type { Labelled } from "./engine-view.ts";
import { Failed } from "../exit.ts";

/** The commands that remove things of a kind, by their ids. */
const commands: Record<Labelled["kind"], (ids: readonly string[]) => string[][]> = {
  service: (ids) => [["docker", "service", "rm", ...ids]],
  container: (ids) => [["docker", "rm", "--force", "--volumes", ...ids]],
  // Before networks and volumes: its own networks go with it, and it takes its volume itself.
  swarm: (ids) =>
    ids.map((id) => scriptCall("swarm", "leave", { NODE: "this engine", VOLUME: id, SWARM_LABEL })),
  network: (ids) => [["docker", "network", "rm", ...ids]],
  volume: (ids) => [["docker", "volume", "rm", "--force", ...ids]],
};

/**
 * Removes things from the user's engines: services and containers first, since they hold networks and volumes; then Swarms.
 *
 * @throws Failed when something could not be removed
 */
export async function removeFromEngine(things: readonly Labelled[]): Promise<void> {
  const engines = [...groupBy(things, ({ by = [] }) => by.join(" ")).values()];
  await Promise.all(engines.map(removeFromOne));
}

async function removeFromOne(things: readonly Labelled[]): Promise<void> {
  for (const kind of ["service", "container", "swarm", "network", "volume"] as const) {
    const ids = things.filter((thing) => thing.kind === kind).map(({ id }) => id);
    if (ids.length === 0) continue;
    const by = things[0]?.by ?? [];
    for (const command of commands[kind](ids)) {
      const { ok, stderr } = await removed(by.concat(command));
      if (ok) continue;
      if (kind === "network") {
        await refuseInUse(
          things.filter((thing) => thing.kind === kind),
          by,
        );
      }
      const real = stderr.split("\n").filter((line) => line !== "" && !/No such|not found/i.test(line));
      if (real.length > 0)
        throw new Failed(`The engine could not remove every ${kind}:\n  ${real.join("\n  ")}`);
    }
  }
}

/** Runs a removal. What the engine removes already, for a run that was killed, keeps its name until it is gone. */
async function removed([program = "", ...words]: readonly string[]): ReturnType<typeof ask> {
  const deadline = Date.now() + REMOVAL_MS;
  for (;;) {
    const answer = await ask(program, words, { timeoutMs: REMOVAL_MS });
    if (answer.ok || !/already in progress/i.test(answer.stderr) || Date.now() > deadline) return answer;
    await sleep(100);
  }
}

/** Longest time of a removal. */
const REMOVAL_MS = 60_000;

/**
 * The lab's own containers are gone by now: a container on the network is the user's.
 *
 * @throws Failed when one of the networks has a container
 */
async function refuseInUse(networks: readonly Labelled[], by: readonly string[]): Promise<void> {
  const said: string[] = [];
  for (const { id, name } of networks) {
    const format = "{{range .Containers}}{{.Name}}\n{{end}}";
    const [program = "", ...words] = by.concat("docker", "network", "inspect", "--format", format, id);
    const { ok, stdout } = await ask(program, words);
    const containers = ok ? stdout.split("\n").filter(Boolean) : [];
    if (containers.length === 0) continue;
    const byHand = by.concat("docker", "network", "disconnect", name).join(" ");
    said.push(
      `The network ${name} is in use: the lab has not made ${containers.join(", ")}. Unplug what is yours, and repeat this:`,
      ...containers.map((container) => `  ${byHand} ${container}`),
    );
  }
  if (said.length > 0) throw new Failed(said.join("\n"));
}

/**
 * Removes the images that a stack has brought to machines over ssh: images carry no labels of a stack.
 *
 * @throws Failed when one could not be removed
 */
export async function removeImages(stack: string, machines: readonly SshTarget[]): Promise<void> {
  await Promise.all(
    machines.map(async (target) => {
      const [program = "", ...words] = scriptWords("brought-image").concat("drop");
      const env = { ...process.env, STACK: fullName(scopeOf(stack)), THERE: wordLines(sshShell(target)) };
      const { ok, stderr } = await ask(program, words, { env, timeoutMs: 60_000 });
      if (!ok)
        throw new Failed(`The engine of ${target.url} could not remove every image:\n  ${stderr.trim()}`);
    }),
  );
}

/** The folder for temporary files of the runs on one stack. Files of a killed run there have no other owner. */
export function stackTmpDir(stack: string): string {
  return join(tmpDir(), stack);
}

/** Removes the files of a stack, but not its state and settings. */
export function removeFiles(stack: string): void {
  const run = runDirectory(scopeOf(stack));
  for (const path of [run, stackTmpDir(stack), resultsFile(stack), standingFile(resultsFile(stack))]) {
    rmSync(path, { recursive: true, force: true });
  }
  for (const folder of [dirname(run), dirname(dirname(run))].filter((one) => one !== "/tmp")) {
    try {
      rmdirSync(folder);
    } catch {
      // Other stacks have files there, or it is gone.
    }
  }
}
