/** What the user's engine has of a Compose project. */
import type { ComposeLab } from "../../compose/compose-lab.ts";
import {
  Container,
  EngineNetwork,
  PROJECT_LABEL,
  type RunningProject,
  runningProject,
} from "../../compose/running.ts";
import { ask } from "../../toolchain/programs.ts";
import { Failed } from "../exit.ts";

/**
 * The project as it runs, read from the engine of this process' environment.
 *
 * @param stack by what the lab is named in reports
 * @throws Failed when nothing of it is there
 */
export async function findRunning(lab: ComposeLab, stack: string): Promise<RunningProject> {
  const ids = await docker(
    "ps",
    "--all",
    "--quiet",
    "--no-trunc",
    "--filter",
    `label=${PROJECT_LABEL}=${lab.project}`,
  );
  if (ids.length === 0)
    throw new Failed(
      `Nothing of the project "${lab.project}" is on the engine. Start it: docker compose -f ${stack} up --detach`,
    );
  const [containers, names] = await Promise.all([
    inspect("container", ids),
    docker("network", "ls", "--format", "{{.Name}}"),
  ]);
  const wanted = new Set([...lab.networks.values()].map(({ engineName }) => engineName));
  const networks = await inspect(
    "network",
    names.filter((name) => wanted.has(name) || name === "bridge"),
  );
  return runningProject(
    lab,
    stack,
    Container.array().parse(containers),
    EngineNetwork.array().parse(networks),
  );
}

async function inspect(kind: "container" | "network", names: readonly string[]): Promise<unknown> {
  const said = await docker(kind, "inspect", ...names);
  return JSON.parse(said.join("\n"));
}

/** The lines that docker prints. */
async function docker(...words: string[]): Promise<string[]> {
  const { ok, stdout, stderr } = await ask("docker", words, { timeoutMs: 30_000 });
  if (!ok) throw new Failed(stderr.trim());
  return stdout.split("\n").filter((line) => line !== "");
}
