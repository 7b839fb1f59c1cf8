import { groupBy } from "../../topology/group.ts";
import type { Question } from "../../reach/asking.ts";
import { type Place, placesOf } from "../../reach/places.ts";
import type { Topology } from "../../topology/document.ts";

/** A network namespace that can be watched. */
export interface Namespace {
  /** Its key among the namespaces that are watched from one place. */
  key: string;
  /** The node of the namespace, or its container. */
  name: string;
  /** All nodes in the namespace. */
  nodes: string[];
  /** The lab host; absent: a box beside the lab hosts, from which only its own namespace is seen. */
  host?: string;
  /** File on the lab host; absent: the namespace of the host itself. */
  file?: string;
}

/** Maximum of watched namespaces of a host; each costs a tcpdump. */
export const MOST_NAMESPACES = 40;

/** A question in a namespace. */
export function questionIn({ name, host, file }: Namespace, command: readonly string[]): Question {
  return { at: host ?? name, ...(file === undefined ? {} : { namespace: file }), command };
}

/** The namespaces of a host, from the output of scripts/namespaces.sh. A namespace of several nodes comes once. */
export function readNamespaces(topology: Topology, host: string, listed: string): Namespace[] {
  const places = [...placesOf(topology)].filter(([, place]) => place.host.name === host);
  const groups = groupBy(linesOf(listed, "namespace"), ([inode]) => inode);
  return [...groups.values()].map((group, index) => {
    const nodes = places
      .filter(([, place]) => group.some(([, kind = "", name = ""]) => isPlace(place, kind, name)))
      .map(([name]) => name)
      // The owner comes first: the host, or the node that others have joined.
      .sort((a, b) => rank(topology, a) - rank(topology, b));
    const [, kind = "", name = "", file] =
      group.find(([, one]) => one === "host") ??
      group.find(([, one]) => one === "container") ??
      group[0] ??
      [];
    return {
      key: `n${index}`,
      name: nodes[0] ?? (kind === "host" ? host : kind === "overlay" ? `${name} on ${host}` : name),
      nodes,
      host,
      ...(file === undefined ? {} : { file }),
    };
  });
}

/** The bridges of a host's engine, from the answer of scripts/namespaces.sh: bridge -> network. */
export function readBridges(listed: string): Map<string, string> {
  return new Map(
    linesOf(listed, "network").map(([id = "", name = "", bridge = ""]) => [bridge || `br-${id}`, name]),
  );
}

/** The namespaces to watch: of the wanted nodes, of the host, then others up to the limit. */
export function chooseNamespaces(namespaces: readonly Namespace[], wanted: readonly string[]): Namespace[] {
  const needed = ({ file, nodes }: Namespace): boolean =>
    file === undefined || nodes.some((node) => wanted.includes(node));
  const chosen = [...namespaces.filter(needed), ...namespaces.filter((one) => !needed(one))];
  return chosen.slice(0, MOST_NAMESPACES);
}

/** The lines that begin with a word, as words, without the first. */
function linesOf(listed: string, first: string): string[][] {
  return listed
    .split("\n")
    .map((line) => line.trim().split(" "))
    .filter(([word]) => word === first)
    .map(([, ...words]) => words);
}

function isPlace(place: Place, kind: string, name: string): boolean {
  if (place.kind === "host") return kind === "host";
  if (place.kind === "namespace") return kind === "netns" && place.name === name;
  return place.kind === "container" && kind === "container" && place.name === name;
}

function rank({ nodes, hosts }: Topology, name: string): number {
  if (hosts.some((host) => host.name === name)) return 0;
  return nodes.find((node) => node.name === name)?.joins === undefined ? 1 : 2;
}
