import { z } from "zod";
import { Topology } from "../../topology/document.ts";
import { LAB_LABEL, STACK_LABEL } from "../../topology/labels.ts";

/** A resource, as Pulumi has it in a stack's state. */
const Resource = z.object({
  urn: z.string(),
  type: z.string(),
  /** Whether it stands for something real; components are only brackets. */
  custom: z.boolean().default(false),
  id: z.string().optional(),
  parent: z.string().optional(),
  dependencies: z.array(z.string()).nullish(),
  deletedWith: z.string().optional(),
  created: z.string().optional(),
  modified: z.string().optional(),
  inputs: z.record(z.string(), z.unknown()).default({}),
  outputs: z.record(z.string(), z.unknown()).default({}),
});
export type Resource = z.infer<typeof Resource>;

const Checkpoint = z.object({
  checkpoint: z.object({
    latest: z
      .object({
        resources: z.array(Resource).nullish(),
        pending_operations: z.array(z.object({ resource: Resource, type: z.string() })).nullish(),
      })
      .nullish(),
  }),
});

/** What a run that was killed was about: an operation that began and was never recorded as done. */
export interface PendingOperation {
  resource: Resource;
  /** creating, updating, deleting, reading */
  type: string;
}

/** What a stack has recorded. */
export interface StackState {
  resources: Resource[];
  pending: PendingOperation[];
  outputs: Record<string, unknown>;
}

/** Reads a stack's file in the file backend. */
export function parseState(text: string): StackState {
  const { latest } = Checkpoint.parse(JSON.parse(text)).checkpoint;
  const resources = latest?.resources ?? [];
  return {
    resources,
    pending: latest?.pending_operations ?? [],
    outputs: resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {},
  };
}

/** The topology document among a stack's outputs; undefined where none stands, or in a form that is not known. */
export function topologyIn(state: Pick<StackState, "outputs"> | undefined): Topology | undefined {
  return Topology.safeParse(state?.outputs["topology"]).data;
}

/** The stack and the lab that the labels of a stack's containers name; undefined where it has none. */
export function labelledAs({ resources, outputs }: StackState): { stack: string; lab: string } | undefined {
  const labels = resources
    .filter(({ type }) => kinds[type] === "container")
    .flatMap(({ inputs }) => objects(inputs["labels"]))
    .map(({ label, value }) => [label, value]);
  const { [STACK_LABEL]: stack, [LAB_LABEL]: lab } = Object.fromEntries(labels) as Record<string, unknown>;
  return typeof stack === "string" && typeof lab === "string" ? { stack, lab } : topologyIn({ outputs });
}

/** Whether a resource is the command that tests the lab as the last step of a deployment. */
export function isVerification({ urn }: Resource): boolean {
  return urn.includes("vethlab:lab:Verification$command:local:Command::");
}

/** The turn of testing with which the Verification was last deployed (checks/report-file.ts). */
export function recordedTurn({ resources }: StackState): string {
  const environment = resources.find(isVerification)?.inputs["environment"];
  return (environment as { VETHLAB_TURN?: string } | undefined)?.VETHLAB_TURN ?? "";
}

/** A container, network, volume or Swarm that a stack has recorded on the user's own engines. */
export interface Recorded {
  kind: "container" | "swarm" | "network" | "volume";
  urn: string;
  name: string;
  /** The engine's id; absent where a command makes it: that goes by its name. */
  id?: string | undefined;
  /** Whether the lab itself may have taken it away: a NetworkRemoval is about it. */
  removable?: boolean;
  /** When Pulumi recorded its creation. */
  created?: Date | undefined;
  /** Networks that a container was plugged into at its creation. */
  networks: string[];
  /** Folders of the machine that are mounted into it or hold its certificates, and the resources that made them. */
  folders: string[];
  folderUrns: string[];
  /** The lab host in whose network namespace a container is: its member of a key-value store. */
  joins?: string | undefined;
  /** Names of the containers inside, for a lab host. */
  inside: string[];
  /** For a lab host: where its engine listens (DOCKER_HOST). */
  engine?: string | undefined;
  /** For a lab host: the folder with the certificates for its engine, where that is reached by TLS. */
  certificates?: string | undefined;
}

/** What a component has made by a command on an engine of the user's, and what it may have taken away there. */
const Made = z.object({
  made: z.array(z.object({ kind: z.enum(["container", "network", "swarm"]), name: z.string() })).default([]),
  takesAway: z.string().optional(),
});

/** What a stack has on the user's own engines. All that stands inside a lab host carries `deletedWith`. */
export function recordedOnEngine({ resources }: StackState): Recorded[] {
  return [
    ...resources.flatMap((one) => madeByCommand(one, resources)),
    ...resources.flatMap((one) => madeByProvider(one, resources)),
  ];
}

/** A component says itself what its commands make. The first of these is what has to be done again. */
function madeByCommand({ urn, custom, outputs }: Resource, resources: readonly Resource[]): Recorded[] {
  const command = resources.find(({ parent }) => parent === urn);
  const { data } = Made.safeParse(outputs);
  if (custom || command === undefined || data === undefined) return [];
  return data.made.map(({ kind, name }) => ({
    kind,
    name,
    urn: command.urn,
    removable: resources.some((other) => !other.custom && other.outputs["takesAway"] === name),
    networks: [],
    folders: [],
    folderUrns: [],
    inside: [],
  }));
}

const kinds: Record<string, Recorded["kind"]> = {
  "docker:index/container:Container": "container",
  "docker:index/volume:Volume": "volume",
};

function madeByProvider(resource: Resource, resources: readonly Resource[]): Recorded[] {
  const { urn, type, id, inputs } = resource;
  const kind = kinds[type];
  if (kind === undefined || resource.deletedWith !== undefined) return [];
  const inside = resources.filter(({ deletedWith }) => deletedWith === urn);
  const provider = inside.find((inner) => inner.type === "pulumi:providers:docker")?.inputs;
  const certificates = text(provider?.["certPath"]);
  return [
    {
      kind,
      urn,
      id,
      name: text(inputs["name"]) ?? urnName(urn),
      created: resource.created === undefined ? undefined : new Date(resource.created),
      networks: objects(inputs["networksAdvanced"]).flatMap((network) => text(network["name"]) ?? []),
      joins: resources.find((one) => inputs["networkMode"] === `container:${one.id ?? ""}`)?.urn,
      folders: [
        ...objects(inputs["mounts"])
          .filter((mount) => mount["type"] === "bind")
          .flatMap((mount) => text(mount["source"]) ?? []),
        certificates,
      ].filter((folder) => folder !== undefined),
      // Siblings in the same component: its own commands.
      folderUrns: resources
        .filter((other) => other.parent === resource.parent && resource.dependencies?.includes(other.urn))
        .map((other) => other.urn),
      inside: inside
        .filter((inner) => kinds[inner.type] === "container")
        .flatMap((inner) => text(inner.inputs["name"]) ?? []),
      engine: text(provider?.["host"])?.trim(),
      certificates,
    },
  ];
}

/** The name in a URN: what the program calls a resource. */
export function urnName(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The type in a URN, with those of the components around it. */
export function urnType(urn: string): string {
  return urn.split("::")[2] ?? "";
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function objects(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value)
    ? value.filter((item): item is Record<string, unknown> => typeof item === "object" && item !== null)
    : [];
}
