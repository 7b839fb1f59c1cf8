import { z } from "zod";
import { Topology } from "../../topology/document.ts";
import { LAB_LABEL, STACK_LABEL } from "../../topology/labels.ts";

/** A resource in Pulumi's state of a stack. */
const Resource = z.object({
  urn: z.string(),
  type: z.string(),
  /** Whether the resource is real; a component is only a bracket. */
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

const Deployment = z
  .object({
    resources: z.array(Resource).nullish(),
    pending_operations: z.array(z.object({ resource: Resource, type: z.string() })).nullish(),
  })
  .nullish();
const Checkpoint = z.object({ checkpoint: z.object({ latest: Deployment }) });
const Export = z.object({ deployment: Deployment });

/** An operation that a killed run began and did not finish. */
export interface PendingOperation {
  resource: Resource;
  /** creating, updating, deleting, reading */
  type: string;
}

/** The record of a stack. */
export interface StackState {
  resources: Resource[];
  pending: PendingOperation[];
  outputs: Record<string, unknown>;
}

/** Reads a stack's file in the file backend. */
export function parseState(text: string): StackState {
  return stateOf(Checkpoint.parse(JSON.parse(text)).checkpoint.latest);
}

/** Reads what `pulumi stack export` tells. */
export function parseExport(text: string): StackState {
  return stateOf(Export.parse(JSON.parse(text)).deployment);
}

function stateOf(deployment: z.infer<typeof Deployment>): StackState {
  const resources = deployment?.resources ?? [];
  return {
    resources,
    pending: deployment?.pending_operations ?? [],
    outputs: resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {},
  };
}

/** The topology document in the outputs of a stack; undefined without one, or with one of another version. */
export function topologyIn(state: Pick<StackState, "outputs"> | undefined): Topology | undefined {
  return Topology.safeParse(state?.outputs["topology"]).data;
}

/** The stack and the lab in the labels of the containers of a stack; undefined without containers. */
export function labelledAs({ resources, outputs }: StackState): { stack: string; lab: string } | undefined {
  const labels = resources
    .filter(({ type }) => kinds[type] === "container")
    .flatMap(({ inputs }) => objects(inputs["labels"]))
    .map(({ label, value }) => [label, value]);
  const { [STACK_LABEL]: stack, [LAB_LABEL]: lab } = Object.fromEntries(labels) as Record<string, unknown>;
  return typeof stack === "string" && typeof lab === "string" ? { stack, lab } : topologyIn({ outputs });
}

/** Whether a resource is the command of the Verification. */
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
  /** The engine's id; absent for a thing that a command made: its name identifies it. */
  id?: string | undefined;
  /** Whether a NetworkRemoval of the lab may have removed it. */
  removable?: boolean;
  /** When Pulumi recorded its creation. */
  created?: Date | undefined;
  /** The networks of a container at its creation. */
  networks: string[];
  /** Folders of the machine with its mounts or certificates, and the resources that made them. */
  folders: string[];
  folderUrns: string[];
  /** The lab host that shares its network namespace with this container, a member of a key-value store. */
  joins?: string | undefined;
  /** For a lab host: names of its containers. */
  inside: string[];
  /** For a lab host: DOCKER_HOST of its engine. */
  engine?: string | undefined;
  /** For a lab host with TLS: the folder with the certificates. */
  certificates?: string | undefined;
}

/** The things that a component made, or may have removed, by commands on an engine of the user's. */
const Made = z.object({
  made: z.array(z.object({ kind: z.enum(["container", "network", "swarm"]), name: z.string() })).default([]),
  takesAway: z.string().optional(),
});

/** The things of a stack on the user's own engines. Resources inside a lab host have `deletedWith`. */
export function recordedOnEngine({ resources }: StackState): Recorded[] {
  return [
    ...resources.flatMap((one) => madeByCommand(one, resources)),
    ...resources.flatMap((one) => madeByProvider(one, resources)),
  ];
}

/** The services of a stack: of Swarms on the user's engines, and inside of lab hosts. */
export function servicesIn({ resources }: StackState): { kind: "service"; name: string }[] {
  return resources
    .filter(({ type }) => type === "docker:index/service:Service")
    .map(({ inputs }) => ({ kind: "service", name: text(inputs["name"]) ?? "" }));
}

/** A component declares the things that its commands make. The first command is the one to repeat. */
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
  if (kind === undefined || resource.deletedWith !== undefined || !isOfLab(resource)) return [];
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

/** Whether a container or volume is a part of one of vethlab's components: a program of the user's may have others. */
function isOfLab({ urn }: Resource): boolean {
  return urnType(urn).includes("vethlab:");
}

/** The name in a URN: the name of the resource in the program. */
export function urnName(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The type in a URN, with the types of the components around it. */
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
