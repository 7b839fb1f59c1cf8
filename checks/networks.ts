import { z } from "zod";
import type { Inspection } from "../topology/claims/index.ts";
import type { Topology } from "../topology/document.ts";
import { sameSet, type Verdict } from "./comparisons.ts";

type MembersInspection = Extract<Inspection, { kind: "network members" }>;
type NetworkInspection = Extract<Inspection, { kind: "network" }>;

/** The fields of `docker network inspect` that are read: the containers on the network, by id. */
const Network = z.object({
  Name: z.string(),
  Containers: z.record(z.string(), z.object({ Name: z.string() })),
});

/** The command that lists the containers of a network. For a name the engine also takes the beginning of an id. */
export function membersCommand(engineName: string): string[] {
  return ["docker", "network", "inspect", "--format", "{{json .}}", engineName];
}

/** The command that tells the names of an engine's networks, one a line. */
export function networksCommand(): string[] {
  return ["docker", "network", "ls", "--format", "{{.Name}}"];
}

/** A network lists exactly these nodes. A container that is no node of the lab has its name on the engine. */
export function compareMembers(
  topology: Topology,
  { host, engineName, exactly }: MembersInspection,
  inspected: string,
): Verdict {
  const { Name, Containers } = Network.parse(JSON.parse(inspected));
  if (Name !== engineName) return { holds: false, observed: "absent" };
  const nodeOf = nodesByContainer(topology, host);
  const listed = Object.values(Containers)
    .map(({ Name }) => nodeOf.get(Name) ?? Name)
    .sort();
  return { holds: sameSet(listed, exactly), observed: listed.join(", ") || "nobody" };
}

/** An engine has a network, or does not have it. */
export function compareNetwork(names: string, { engineName, present }: NetworkInspection): Verdict {
  const there = names.split("\n").includes(engineName);
  return { holds: there === present, observed: there ? "there" : "absent" };
}

/** The nodes of a host, by the names of their containers on its engine. */
export function nodesByContainer({ nodes }: Topology, host: string): ReadonlyMap<string, string> {
  return new Map(
    nodes.filter((node) => node.host === host).map(({ name, container = name }) => [container, name]),
  );
}
