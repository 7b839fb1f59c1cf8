import { existsSync } from "node:fs";

import { MachineLacks } from "./lacks.ts";
import { ownEngineSocket } from "./paths.ts";
import { ask } from "./programs.ts";

/** How an engine was found. */
export type EngineSource = "DOCKER_HOST" | "context" | "default socket" | "vethlab's own engine";

/** A Docker engine that answers. */
export interface Engine {
  /** What DOCKER_HOST must be for it; undefined where it is what everyone uses who sets nothing. */
  host: string | undefined;
  /** Such as `20.10.24`. */
  version: string;
  /** Such as `1.41`. */
  apiVersion: string;
  /** Of the kernel it runs on, such as `6.1.0-21-amd64`. */
  kernel: string;
  how: EngineSource;
}

/** A place where an engine may be. */
export interface EnginePlace {
  host: string | undefined;
  how: EngineSource;
}

/** One way to find an engine: the place it points at, or undefined where it points nowhere. */
export type EngineStrategy = (env: NodeJS.ProcessEnv) => Promise<EnginePlace | undefined>;

const ownPlace: EnginePlace = { host: `unix://${ownEngineSocket}`, how: "vethlab's own engine" };

/** The user says which one. */
export const fromDockerHost: EngineStrategy = (env) => {
  const host = env["DOCKER_HOST"];
  if (!host) return Promise.resolve(undefined);
  return Promise.resolve(host === ownPlace.host ? ownPlace : { host, how: "DOCKER_HOST" });
};

/** The user has chosen a context. Pulumi's provider knows no contexts: its address goes into DOCKER_HOST. */
export const fromContext: EngineStrategy = async (env) => {
  // without a configuration file there is no context but the default one, and no need to start the CLI
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

/** Where an engine listens that nobody configured. */
export const fromDefaultSocket: EngineStrategy = () =>
  Promise.resolve(
    existsSync("/var/run/docker.sock") ? { host: undefined, how: "default socket" } : undefined,
  );

/** The one that vethlab has started here before. */
export const fromOwnSocket: EngineStrategy = () =>
  Promise.resolve(existsSync(ownEngineSocket) ? ownPlace : undefined);

/** In this order. */
export const engineStrategies: readonly EngineStrategy[] = [
  fromDockerHost,
  fromContext,
  fromDefaultSocket,
  fromOwnSocket,
];

/**
 * The engine that vethlab uses, or undefined where none answers. An engine that the user has named (DOCKER_HOST, a
 * context) is the only candidate: with another one in its place, labs would stand where nobody looks for them.
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
  if (!engine)
    throw new MachineLacks(
      "No Docker engine answers.",
      "`node toolchain/bootstrap.mjs` looks for one, and starts one where it can.",
    );
  return engine;
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
