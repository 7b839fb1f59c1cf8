import { findOverlaySpace } from "../../checks/overlays.ts";
import { commandLine } from "../../topology/shell.ts";
import { type Place, placesOf } from "../../reach/places.ts";
import type { Topology } from "../../topology/document.ts";

/** A network namespace that can be watched. */
export interface Space {
  /** Key in the shell that reaches it. */
  key: string;
  /** The node, or else the container, whose namespace it is. */
  name: string;
  /** All nodes that are in it. */
  nodes: string[];
  /** Shell words that run a command in it; empty where the shell already is in it. */
  enter: string;
  /** Whether iptables is at hand for it. */
  iptables: boolean;
}

/** How many namespaces of a host are watched at most; each costs a tcpdump. */
export const MOST_SPACES = 40;

/**
 * Shell lines that list the network namespaces of a lab host, one a line: `INODE host`, `INODE netns NAME`,
 * `INODE container NAME PID`, `INODE overlay NAME FILE`. Those of all running containers, since a packet may be sent on
 * to one that is no node; and those in which the engine keeps the bridges of overlays.
 */
export const listSpacesScript = [
  `stat -L -c '%i host' /proc/self/ns/net`,
  `ip netns list | while read -r name rest; do stat -L -c "%i netns $name" "/run/netns/$name"; done`,
  `docker ps -q | xargs -r docker inspect --format '{{.State.Pid}} {{.Name}}' | while read -r pid name; do`,
  `stat -L -c "%i container \${name#/} $pid" "/proc/$pid/ns/net"; done`,
  `docker network ls -q --no-trunc --filter driver=overlay --format '{{.ID}} {{.Name}}' | while read -r id name; do`,
  `${findOverlaySpace} -exec stat -L -c "%i overlay $name {}" {} ';'; done`,
].join("\n");

/** The namespaces of a host, of what `listSpacesScript` has written; each once, however many are in it. */
export function readSpaces(topology: Topology, host: string, listed: string): Space[] {
  const places = [...placesOf(topology)].filter(([, place]) => place.host === host);
  const groups = Map.groupBy(
    listed
      .split("\n")
      .map((line) => line.split(" "))
      .filter(([inode = ""]) => inode !== ""),
    ([inode]) => inode,
  );
  return [...groups.values()].map((group, index) => {
    const nodes = places
      .filter(([, place]) => group.some(([, kind = "", name = ""]) => isPlace(place, kind, name)))
      .map(([name]) => name)
      // a namespace is that of the node which others have joined, and a host's is the host's
      .sort((a, b) => rank(topology, a) - rank(topology, b));
    const [, kind = "", name = "", where = ""] =
      group.find(([, one]) => one === "host") ??
      group.find(([, one]) => one === "container") ??
      group[0] ??
      [];
    return {
      key: `n${index}`,
      name: nodes[0] ?? (kind === "overlay" ? `${name} on ${host}` : name),
      nodes,
      enter: entering(kind, name, where),
      iptables: true,
    };
  });
}

/** The namespaces that are worth watching: these nodes', the host's own, then others up to the limit. */
export function chooseSpaces(spaces: readonly Space[], wanted: readonly string[]): Space[] {
  const needed = (space: Space): boolean =>
    space.enter === "" || space.nodes.some((node) => wanted.includes(node));
  return [...spaces.filter(needed), ...spaces.filter((space) => !needed(space))].slice(0, MOST_SPACES);
}

function isPlace(place: Place, kind: string, name: string): boolean {
  if (place.kind === "host") return kind === "host";
  if (place.kind === "namespace") return kind === "netns" && place.name === name;
  return kind === "container" && place.container === name;
}

function rank({ nodes, hosts }: Topology, name: string): number {
  if (hosts.some((host) => host.name === name)) return 0;
  return nodes.find((node) => node.name === name)?.joins === undefined ? 1 : 2;
}

/** `where`: a process in it, or the namespace's file. */
function entering(kind: string, name: string, where: string): string {
  const files: Record<string, string> = { netns: `/run/netns/${name}`, overlay: where };
  return kind === "host" ? "" : commandLine(["nsenter", `--net=${files[kind] ?? `/proc/${where}/ns/net`}`]);
}
