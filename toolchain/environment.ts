import { mkdirSync, readFileSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";

import { backendOf } from "./backend.ts";
import { type Engine, findEngine } from "./engine.ts";
import { binDir, compileCache, engineFile, packageRoot, pulumiHome } from "./paths.ts";
import { project, tmpDir } from "./project.ts";
import { readPulumiState } from "./pulumi.ts";

/**
 * The environment variables that make plain `pulumi up --stack LAB` work in the project, to be added to those of the
 * process. Takes a few milliseconds: the results of setup are read from files.
 */
export async function labEnvironment(env: NodeJS.ProcessEnv = process.env): Promise<Record<string, string>> {
  const host = await dockerHost(env);
  return { ...pulumiEnvironment(env), ...(host !== undefined && { DOCKER_HOST: host }) };
}

/** What of it Pulumi needs alone. */
export function pulumiEnvironment(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const backend = backendOf(project, env);
  // Pulumi needs these folders to exist.
  for (const folder of [tmpDir(), ...(backend.own && backend.files !== undefined ? [backend.files] : [])])
    mkdirSync(folder, { recursive: true });

  const path = [binDir, join(packageRoot, "node_modules", ".bin")];
  const rest = (env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "" && !path.includes(folder));
  return {
    PATH: [...path, ...rest].join(delimiter),
    PULUMI_HOME: pulumiHome,
    ...backend.environment,
    PULUMI_SKIP_UPDATE_CHECK: "1",
    // Labs are rebuilt, not restored: a backup of the state after each step has no use.
    PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "1",
    // Pulumi must not look for other plugins in place of those built here.
    ...(readPulumiState()?.way === "built" && {
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "1",
    }),
    NODE_COMPILE_CACHE: compileCache,
    TMPDIR: tmpDir(),
  };
}

/** The engine's address: DOCKER_HOST of the user, else the engine that setup found if its socket exists, else a new search. */
async function dockerHost(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (env["DOCKER_HOST"]) return undefined;
  const known = readJson(engineFile) as Engine | undefined;
  const engine = known && stillThere(known) ? known : await findEngine(env);
  return engine?.host;
}

/** Whether the engine's socket exists. The next docker command shows whether the engine answers. */
function stillThere({ host, how }: Engine): boolean {
  // named by a DOCKER_HOST that is no longer set
  if (how === "DOCKER_HOST") return false;
  const socket = host ?? "unix:///var/run/docker.sock";
  if (!socket.startsWith("unix://")) return true;
  return statSync(socket.slice("unix://".length), { throwIfNoEntry: false })?.isSocket() ?? false;
}

/** Reads a JSON file of vethlab; undefined when the file is missing or was cut short. */
function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
