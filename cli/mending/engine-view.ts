import { dockerCommand } from "../../topology/docker-command.ts";
import { HOME_LABEL, LAB_LABEL, STACK_LABEL, SWARM_LABEL } from "../../topology/labels.ts";
import { scriptCall, wordLines } from "../../scripts/index.ts";
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

const FIELDS = [STACK_LABEL, LAB_LABEL, SWARM_LABEL].map((key) => `{{.Label "${key}"}}`).join("\t");

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
  const labels = [
    `label=${HOME_LABEL}=${project.id}`,
    `label=${stack === undefined ? STACK_LABEL : `${STACK_LABEL}=${stack}`}`,
  ];
  const [program = "", ...words] = by.concat(
    scriptCall("engine-view", [], {
      LABELS: wordLines(labels),
      FIELDS,
      SERVICES: stack === undefined ? "" : "yes",
      CONTAINERS: wordLines(containerIds),
    }),
  );
  const { ok, stdout, stderr } = await ask(program, words, { timeoutMs: 20_000 });
  const rows = stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split("\t"));
  if (!ok || rows.some(([kind]) => kind === "failed")) {
    throw new MachineLacks(
      `${whose} does not answer: ${[...new Set(stderr.trim().split("\n"))].join("\n")}`,
      "see that it runs; `npx vethlab doctor` tells which one is meant.",
    );
  }
  return {
    labelled: rows
      .filter(([kind]) => kind !== "state")
      .map((row) => ({ ...labelledIn(row, stack), ...(by.length === 0 ? {} : { by }) })),
    containers: rows.filter(([kind]) => kind === "state").map(stateIn),
  };
}

function labelledIn(
  [kind = "", id = "", name = "", of = "", lab = "", swarm = ""]: string[],
  stack = "",
): Labelled {
  return { kind: (swarm === "" ? kind : "swarm") as Labelled["kind"], id, name, stack: of || stack, lab };
}

function stateIn([, id = "", name = "", running, startedAt = "", ...networks]: string[]): EngineContainer {
  return {
    id,
    name: name.replace(/^\//, ""),
    running: running === "true",
    startedAt: new Date(startedAt),
    networks,
  };
}

/** Names of the running containers on a lab host's engine; undefined when the engine does not answer. */
export async function runningInside(
  host: Parameters<typeof dockerCommand>[0],
): Promise<string[] | undefined> {
  const [program = "", ...words] = dockerCommand(host);
  const { ok, stdout } = await ask(program, [...words, "ps", "--format", "{{.Names}}"]);
  return ok ? stdout.split("\n").filter((name) => name !== "") : undefined;
}
