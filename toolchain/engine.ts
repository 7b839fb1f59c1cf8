import { existsSync } from "node:fs";

import { MachineLacks } from "./lacks.ts";
import { ownEngineSocket } from "./paths.ts";
import { ask } from "./programs.ts";

/** How an engine was found. */
export type EngineSource = "DOCKER_HOST" | "context" | "default socket" | "vethlab's own engine";

/** A Docker engine that answers. */
export interface Engine {
  /** Value of DOCKER_HOST for the engine. Undefined for Docker's default socket. */
  host: string | undefined;
  /** Such as `20.10.24`. */
  version: string;
  /** Such as `1.41`. */
  apiVersion: string;
  /** Release of the engine's kernel, such as `6.1.0-21-amd64`. */
  kernel: string;
  how: EngineSource;
}

/** A place where an engine may be. */
export interface EnginePlace {
  host: string | undefined;
  how: EngineSource;
}

/** One way to find an engine. Returns the place of the engine, or undefined where this way finds none. */
export type EngineStrategy = (env: NodeJS.ProcessEnv) => Promise<EnginePlace | undefined>;

const ownPlace: EnginePlace = { host: `unix://${ownEngineSocket}`, how: "vethlab's own engine" };

/** The engine that the user names in DOCKER_HOST. */
export const fromDockerHost: EngineStrategy = (env) => {
  const host = env["DOCKER_HOST"];
  if (!host) return Promise.resolve(undefined);
  return Promise.resolve(host === ownPlace.host ? ownPlace : { host, how: "DOCKER_HOST" });
};

/** The engine of the user's Docker context. Pulumi's provider knows no contexts: the address goes into DOCKER_HOST. */
export const fromContext: EngineStrategy = async (env) => {
  // Without a configuration file the default context is the only one: the CLI need not be started.
  if (
    !existsSync(`${env["DOCKER_CONFIG"] ?? `${env["HOME"] ?? "/root"}/.docker`}/config.json`) &&
    !env["DOCKER_CONTEXT"]
  ) {
    return undefined;
  }
  const { ok, stdout } = await ask(
    "docker",
    ["context", "inspect", "--format", "{{.Name}} {{.Endpoints.docker.Host}}"],
    { env },
  );
  const [name, host] = stdout.trim().split(" ");
  return ok && name !== "default" && host ? { host, how: "context" } : undefined;
};

/** Docker's default socket. */
export const fromDefaultSocket: EngineStrategy = () =>
  Promise.resolve(
    existsSync("/var/run/docker.sock") ? { host: undefined, how: "default socket" } : undefined,
  );

/** The engine that vethlab has started on this machine. */
export const fromOwnSocket: EngineStrategy = () =>
  Promise.resolve(existsSync(ownEngineSocket) ? ownPlace : undefined);

/** The ways to find an engine, tried in this order. */
export const engineStrategies: readonly EngineStrategy[] = [
  fromDockerHost,
  fromContext,
  fromDefaultSocket,
  fromOwnSocket,
];

/**
 * The engine that vethlab uses, or undefined where none answers. An engine that the user names (DOCKER_HOST, a context)
 * is the only candidate: on another engine the user would not find the lab.
 */
export async function findEngine(
  env: NodeJS.ProcessEnv = process.env,
  strategies: readonly EngineStrategy[] = engineStrategies,
): Promise<Engine | undefined> {
  for (const strategy of strategies) {
    const place = await strategy(env);
    if (!place) continue;
    const engine = await askEngine(place, env);
    if (engine) return engine;
    if (place.how === "DOCKER_HOST" || place.how === "context") return undefined;
  }
  return undefined;
}

/**
 * The engine that vethlab uses.
 *
 * @throws MachineLacks when none answers
 */
export async function reachableEngine(env: NodeJS.ProcessEnv = process.env): Promise<Engine> {
  const engine = await findEngine(env);
  if (engine) return engine;
  const named = await namedPlace(env);
  if (named?.host !== undefined) {
    throw new MachineLacks(
      `No Docker engine answers at ${named.host}.`,
      "see that it runs, or name another one (DOCKER_HOST, docker context use).",
    );
  }
  throw new MachineLacks(
    "No Docker engine answers.",
    "`node toolchain/bootstrap.mjs` looks for one, and starts one where it can.",
  );
}

/** The place that the user has named, whether an engine answers there or not. */
export async function namedPlace(env: NodeJS.ProcessEnv = process.env): Promise<EnginePlace | undefined> {
  const place = (await fromDockerHost(env)) ?? (await fromContext(env));
  return place?.how === "vethlab's own engine" ? undefined : place;
}

/** Asks the engine at a place for its version; undefined when it does not answer within five seconds. */
export async function askEngine(
  place: EnginePlace,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Engine | undefined> {
  const { ok, stdout } = await ask("docker", ["version", "--format", "{{json .Server}}"], {
    env: engineEnvironment(place, env),
  });
  if (!ok) return undefined;
  const server = JSON.parse(stdout) as {
    Version?: string;
    ApiVersion?: string;
    KernelVersion?: string;
  } | null;
  if (!server?.Version) return undefined;
  return {
    ...place,
    // Debian writes 20.10.24+dfsg1
    version: server.Version.replace(/\+.*/, ""),
    apiVersion: server.ApiVersion ?? "",
    kernel: server.KernelVersion ?? "",
  };
}

/** The environment in which the docker command speaks to an engine. */
export function engineEnvironment(
  place: { host: string | undefined },
  env: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  return place.host === undefined ? env : { ...env, DOCKER_HOST: place.host };
}
