/** A Compose project as it runs on the user's engine, as a topology: the twin's claims can be tested on it. */
import { z } from "zod";
import { address, type Claim, targetsOf, tcp } from "../topology/claims/index.ts";
import { distinct } from "../topology/group.ts";
import type { Topology, TopologyNetwork, TopologyNode } from "../topology/document.ts";
import type { ComposeLab } from "./compose-lab.ts";
import { DEFAULT_BRIDGE } from "./networks.ts";
import { type ComposeNode, HOST, OUTSIDE, ownerOf } from "./nodes.ts";

/** What is read of `docker inspect` of a container. */
export const Container = z.object({
  Id: z.string(),
  Name: z.string(),
  State: z.object({ Status: z.string(), ExitCode: z.number() }),
  HostConfig: z.object({ NetworkMode: z.string() }),
  Config: z.object({ Labels: z.record(z.string(), z.string()) }),
  NetworkSettings: z.object({
    Networks: z.record(
      z.string(),
      z.object({
        IPAddress: z.string(),
        IPPrefixLen: z.number(),
        MacAddress: z.string(),
        Gateway: z.string(),
      }),
    ),
  }),
});
export type Container = z.infer<typeof Container>;

/** What is read of `docker network inspect`. */
export const EngineNetwork = z.object({
  Name: z.string(),
  Driver: z.string(),
  Internal: z.boolean(),
  IPAM: z.object({
    Config: z.array(z.object({ Subnet: z.string().optional(), Gateway: z.string().optional() })).nullable(),
  }),
});
export type EngineNetwork = z.infer<typeof EngineNetwork>;

/** The machine of the user, as a node: a throwaway container with its interfaces. */
export const MACHINE = "machine";

/** Labels by which Compose knows its containers. */
export const PROJECT_LABEL = "com.docker.compose.project";
const SERVICE_LABEL = "com.docker.compose.service";
const NUMBER_LABEL = "com.docker.compose.container-number";

/** A running project. */
export interface RunningProject {
  topology: Topology;
  /** The nodes whose container does not run, and how that is told: `exited (1)`. */
  absent: ReadonlyMap<string, string>;
  /** Claims of nodes that do not run: they cannot be tested. */
  untestable: readonly Claim[];
  /** Claims that the engine itself tells of: whose interfaces a container shares. */
  told: readonly Told[];
  /** Claims that need a node outside, or the lab's own host. */
  elsewhere: readonly Claim[];
}

/** A claim, and what the engine says of it. */
export interface Told {
  claim: Claim;
  holds: boolean;
  observed: string;
}

/** The project as a topology. Its nodes are containers of the user's engine. */
export function runningProject(
  lab: ComposeLab,
  stack: string,
  containers: readonly Container[],
  networks: readonly EngineNetwork[],
): RunningProject {
  const found = new Map(
    lab.nodes.map((node) => [node.name, containers.find((container) => isOf(container, node))]),
  );
  const absent = new Map(
    [...found].flatMap(([name, container]) => {
      if (container?.State.Status === "running") return [];
      return [[name, container === undefined ? "not there" : stateOf(container)] as const];
    }),
  );
  const standing = networksIn(lab, networks);
  const all = lab.claimsWith((network) => standing.find(({ name }) => name === network)?.gateway);
  const shared = all.filter(isOfSharing);
  const tested = all
    .filter((claim) => !isOfSharing(claim))
    .map((claim) => ({ claim, here: onMachine(lab, claim) }));
  const here = distinct(tested.flatMap(({ here }) => here ?? []));
  const untestable = here.filter((claim) => nodesIn(claim).some((name) => absent.has(name)));
  return {
    topology: {
      version: 1,
      stack,
      lab: stack,
      hosts: [{ name: "local", kind: "local" }],
      networks: standing,
      nodes: [
        { name: MACHINE, kind: "container", host: "local", container: MACHINE, interfaces: [] },
        ...lab.nodes.flatMap((node) => {
          const container = found.get(node.name);
          return container === undefined || absent.has(node.name) ? [] : [nodeOf(lab, node, container)];
        }),
      ],
      claims: here.filter((claim) => !untestable.includes(claim)),
      drills: [],
    },
    absent,
    untestable,
    told: shared.map((claim) => toldOf(claim, found)),
    elsewhere: tested.filter(({ here }) => here === undefined).map(({ claim }) => claim),
  };
}

/** A claim that two nodes share their interfaces. */
type Sharing = Claim & { inspect: { kind: "same interfaces"; nodes: [string, string] } };

function isOfSharing(claim: Claim): claim is Sharing {
  return "inspect" in claim && claim.inspect.kind === "same interfaces";
}

function toldOf(claim: Sharing, found: ReadonlyMap<string, Container | undefined>): Told {
  const [name, owner] = claim.inspect.nodes;
  const mode = found.get(name)?.HostConfig.NetworkMode ?? `${name} is not there`;
  const wanted = owner === HOST ? "host" : `container:${found.get(owner)?.Id ?? ""}`;
  const runs = found.get(name)?.State.Status === "running";
  return {
    claim,
    holds: runs && mode === wanted,
    observed: runs ? `network mode ${mode.slice(0, 22)}` : "it does not run",
  };
}

function isOf({ Config: { Labels: labels } }: Container, { service, number }: ComposeNode): boolean {
  return labels[SERVICE_LABEL] === service && labels[NUMBER_LABEL] === String(number);
}

function stateOf({ State: { Status: status, ExitCode: code } }: Container): string {
  return status === "exited" ? `${status} (${code})` : status;
}

function networksIn(lab: ComposeLab, networks: readonly EngineNetwork[]): TopologyNetwork[] {
  return [...engineNames(lab)].flatMap(([name, engineName]) => {
    const network = networks.find((one) => one.Name === engineName);
    const used = name !== DEFAULT_BRIDGE || lab.nodes.some(({ ends }) => ends.has(DEFAULT_BRIDGE));
    if (network === undefined || !used) return [];
    const pool = network.IPAM.Config?.find(({ Subnet }) => Subnet?.includes(".") === true);
    return {
      name,
      engineName,
      driver: network.Driver,
      host: "local",
      ...(pool?.Subnet !== undefined && { subnet: pool.Subnet }),
      ...(pool?.Gateway !== undefined && { gateway: pool.Gateway }),
      ...(network.Internal && { internal: true }),
    };
  });
}

/** The networks of the lab, each with its name on the engine. */
function engineNames({ networks }: ComposeLab): Map<string, string> {
  return new Map([
    ...[...networks.values()].map(({ name, engineName }) => [name, engineName] as const),
    [DEFAULT_BRIDGE, DEFAULT_BRIDGE],
  ]);
}

function nodeOf(lab: ComposeLab, node: ComposeNode, container: Container): TopologyNode {
  const joins = node.mode === "host" ? MACHINE : ownerOf(node, lab.nodes)?.name;
  const attached = container.NetworkSettings.Networks;
  return {
    name: node.name,
    kind: "container",
    host: "local",
    container: container.Id,
    ...(joins !== undefined && { joins }),
    interfaces: [...engineNames(lab)].flatMap(([network, engineName]) => {
      const end = attached[engineName];
      if (end === undefined) return [];
      return { network, address: end.IPAddress, prefixLength: end.IPPrefixLen, mac: end.MacAddress };
    }),
  };
}

/** The claim as it can be tested on the user's machine; undefined where it needs a node outside. */
function onMachine(lab: ComposeLab, claim: Claim): Claim | undefined {
  if (!nodesIn(claim).some((name) => name === OUTSIDE || name === HOST)) return withUsersNames(lab, claim);
  if ("inspect" in claim) return undefined;
  const { probe } = claim;
  // A published port: from the machine itself.
  if (probe.kind !== "http" || "controls" in claim) return undefined;
  const to = probe.to.by === "address" ? probe.to.address : "127.0.0.1";
  return tcp(MACHINE, address(to), probe.port);
}

/**
 * A name that the engine does not know it asks of the user's name server, which may not answer. From internal networks it is
 * not reached, and the container waits for it in vain.
 */
function withUsersNames(lab: ComposeLab, claim: Claim): Claim | undefined {
  if (!("controls" in claim) || claim.expect.answer !== "unknown name") return claim;
  const node = lab.nodes.find(({ name }) => name === claim.probe.from);
  const internal = [...(node?.ends.keys() ?? [])].every((key) => lab.networks.get(key)?.internal === true);
  return internal ? undefined : { ...claim, expect: { answer: "unresolved" } };
}

/** All nodes that a claim names, those of its controls too. */
export function nodesIn(claim: Claim): string[] {
  if ("inspect" in claim) return "node" in claim.inspect ? [claim.inspect.node] : [];
  const probes = [claim.probe, ...("controls" in claim ? claim.controls : [])];
  const answers = claim.expect.answer === "address-of" ? claim.expect.nodes : [];
  const targets = [...probes.flatMap(targetsOf), ...answers];
  return [
    ...probes.map(({ from }) => from),
    ...probes.flatMap((probe) => (probe.kind === "http" && probe.by !== undefined ? [probe.by] : [])),
    ...targets.flatMap((target) => ("node" in target ? [target.node] : [])),
  ];
}
