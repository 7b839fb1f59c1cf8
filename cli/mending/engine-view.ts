import { dockerCommand } from "../../topology/docker-command.ts";
import { HOME_LABEL, LAB_LABEL, STACK_LABEL, SWARM_LABEL } from "../../topology/labels.ts";
import { sshShell } from "../../scripts/ssh.ts";
import type { SshTarget } from "../../topology/ssh.ts";
import { project } from "../../toolchain/project.ts";
import { MachineLacks } from "../../toolchain/lacks.ts";
import { ask } from "../../toolchain/programs.ts";

/** Something on the user's engine that carries our labels. */
export interface Labelled {
  /** `swarm`: the Swarm of a machine of the user's, with the volume that marks it. */
  kind: "service" | "container" | "swarm" | "network" | "volume";
  id: string;
  name: string;
  stack: string;
  lab: string;
  /** The words before `docker` that reach its engine. Default: none, for the user's own engine. */
  by?: readonly string[];
}

/** A container on the user's engine, with the fields that repairs need. */
export interface EngineContainer {
  id: string;
  name: string;
  running: boolean;
  startedAt: Date;
  networks: string[];
}

/** The things of labs on the user's engine. */
export interface EngineView {
  labelled: Labelled[];
  /** The existing ones among the wanted containers. */
  containers: EngineContainer[];
}

const fields = (id: string, name: string): string =>
  [
    `{{.${id}}}`,
    `{{.${name}}}`,
    ...[STACK_LABEL, LAB_LABEL, SWARM_LABEL].map((key) => `{{.Label "${key}"}}`),
  ].join("\t");

/**
 * Looks at the engine that the environment names (DOCKER_HOST) and those of the machines that a lab stands on over ssh:
 * everything that carries our labels, and the containers with the given ids or names. One round of questions, side by side: 0.1 s.
 *
 * @param stack only what belongs to this stack; default: every stack's
 * @throws MachineLacks when one of them does not answer
 */
export async function viewEngines(
  stack: string | undefined,
  containerIds: readonly string[],
  machines: readonly SshTarget[] = [],
): Promise<EngineView> {
  const views = await Promise.all([
    viewEngine(stack, containerIds, [], "The Docker engine"),
    ...machines.map((target) =>
      viewEngine(stack, containerIds, sshShell(target), `The engine of ${target.url}`),
    ),
  ]);
  return {
    labelled: views.flatMap(({ labelled }) => labelled),
    containers: views.flatMap(({ containers }) => containers),
  };
}

async function viewEngine(
  stack: string | undefined,
  containerIds: readonly string[],
  by: readonly string[],
  whose: string,
): Promise<EngineView> {
  const [program = "", ...words] = by.concat("docker");
  const labels = [
    `${HOME_LABEL}=${project.id}`,
    stack === undefined ? STACK_LABEL : `${STACK_LABEL}=${stack}`,
  ];
  const filter = labels.flatMap((label) => ["--filter", `label=${label}`]);
  const list = async (
    kind: Labelled["kind"],
    args: string[],
    id: string,
    name: string,
  ): Promise<Labelled[]> => {
    const { ok, stdout, stderr } = await ask(
      program,
      [...words, ...args, ...filter, "--format", fields(id, name)],
      { timeoutMs: 20_000 },
    );
    if (!ok) {
      throw new MachineLacks(
        `${whose} does not answer: ${stderr.trim()}`,
        "see that it runs; `npx vethlab doctor` tells which one is meant.",
      );
    }
    return stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const [itsId = "", itsName = "", itsStack = "", lab = "", swarm = ""] = line.split("\t");
        return {
          kind: swarm === "" ? kind : "swarm",
          id: itsId,
          name: itsName,
          stack: itsStack,
          lab,
          ...(by.length === 0 ? {} : { by }),
        };
      });
  };
  const [services, containers, networks, volumes, inspected] = await Promise.all([
    stack === undefined ? [] : listServices(stack, filter, by),
    list("container", ["ps", "--all", "--no-trunc"], "ID", "Names"),
    list("network", ["network", "ls", "--no-trunc"], "ID", "Name"),
    list("volume", ["volume", "ls"], "Name", "Name"),
    inspectContainers(containerIds, [program, ...words]),
  ]);
  return { labelled: [...services, ...containers, ...networks, ...volumes], containers: inspected };
}

/** Only the manager of a Swarm knows services; its list has no labels. */
async function listServices(
  stack: string,
  filter: readonly string[],
  by: readonly string[],
): Promise<Labelled[]> {
  const [program = "", ...words] = by.concat("docker", "service", "ls", ...filter, "--format", "{{.Name}}");
  const { ok, stdout } = await ask(program, words, { timeoutMs: 20_000 });
  const names = ok ? stdout.split("\n").filter(Boolean) : [];
  return names.map((name) => ({
    ...{ kind: "service", id: name, name, stack, lab: "" },
    ...(by.length === 0 ? {} : { by }),
  }));
}

interface Inspected {
  Id: string;
  Name: string;
  State: { Running: boolean; StartedAt: string };
  NetworkSettings: { Networks: Record<string, unknown> };
}

async function inspectContainers(
  ids: readonly string[],
  [program = "", ...words]: readonly string[],
): Promise<EngineContainer[]> {
  if (ids.length === 0) return [];
  // Fails when a container is gone, and still prints the others.
  const { stdout } = await ask(program, [...words, "container", "inspect", ...ids], { timeoutMs: 20_000 });
  const found = JSON.parse(stdout.trim() || "[]") as Inspected[];
  return found.map(({ Id, Name, State, NetworkSettings }) => ({
    id: Id,
    name: Name.replace(/^\//, ""),
    running: State.Running,
    startedAt: new Date(State.StartedAt),
    networks: Object.keys(NetworkSettings.Networks),
  }));
}

/** Names of the running containers on a lab host's engine; undefined when the engine does not answer. */
export async function runningInside(
  host: Parameters<typeof dockerCommand>[0],
): Promise<string[] | undefined> {
  const [program = "", ...words] = dockerCommand(host);
  const { ok, stdout } = await ask(program, [...words, "ps", "--format", "{{.Names}}"]);
  return ok ? stdout.split("\n").filter((name) => name !== "") : undefined;
}
