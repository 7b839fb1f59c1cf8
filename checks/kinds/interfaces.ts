/** Claims about interfaces, bridges and routes. */
import { asking } from "../check.ts";
import {
  compareBridgePorts,
  compareDefaultRoute,
  compareInterfaceCount,
  compareInterfaces,
  compareSameInterfaces,
  compareVethPair,
} from "../comparisons.ts";
import { LINKS, readLinks, readRoutes } from "../links.ts";
import { comparePortsApart, portsApartCommand } from "../ports-apart.ts";
import { nodeProblems, nodesProblems, targetProblems } from "../references.ts";
import { destinationOf } from "../targets.ts";
import { type At, type Kinds, reading } from "./kind.ts";

export const interfaceKinds: Kinds<
  | "interfaces"
  | "interface count"
  | "same interfaces"
  | "veth pair"
  | "bridge ports"
  | "ports apart"
  | "default route"
  | "named namespace"
> = {
  interfaces: {
    problems: (topology, { node }, place) => nodeProblems(topology, node, place),
    check: (_, { node, exactly }) =>
      reading([node], LINKS, ([links = ""]) => compareInterfaces(readLinks(links), exactly)),
    expected: (_, { exactly }) => exactly.join(", "),
    byHand: (_, { node }) => [[node, "ip", "address"]],
  },
  "interface count": {
    problems: (topology, { node }, place) => nodeProblems(topology, node, place),
    check: (_, { node, count }) =>
      reading([node], LINKS, ([links = ""]) => compareInterfaceCount(readLinks(links), count)),
    expected: (_, { count }) => `${count} beside lo`,
    byHand: (_, { node }) => [[node, "ip", "address"]],
  },
  "same interfaces": {
    problems: (topology, { nodes }, place) => nodesProblems(topology, nodes, place),
    check: (_, { nodes }) =>
      reading(nodes, LINKS, ([a = "", b = ""]) => compareSameInterfaces(readLinks(a), readLinks(b))),
    expected: () => "the same MAC and addresses in both",
    byHand: (_, { nodes }) => nodes.map((node) => [node, "ip", "address"]),
  },
  "veth pair": {
    problems: (topology, { node, peerNode }, place) => nodesProblems(topology, [node, peerNode], place),
    check: (_, { node, peerNode, interface: name, bridge }) =>
      reading([node, peerNode], LINKS, ([links = "", peerLinks = ""]) =>
        compareVethPair(readLinks(links), name, readLinks(peerLinks), bridge),
      ),
    expected: (_, { peerNode, bridge }) =>
      bridge === undefined ? `a peer in ${peerNode}` : `a peer that is a port of ${bridge}`,
    byHand: (_, { node, peerNode, interface: name }) => [
      [node, "ip", "link", "show", name],
      [peerNode, "ip", "link"],
    ],
  },
  "bridge ports": {
    problems: (topology, { node }, place) => nodeProblems(topology, node, place),
    check: (_, { node, bridge, count }) =>
      reading([node], LINKS, ([links = ""]) => compareBridgePorts(readLinks(links), bridge, count)),
    expected: (_, { count }) => `${count} ports`,
    byHand: (_, { node, bridge }) => [[node, "ip", "link", "show", "master", bridge]],
  },
  "ports apart": {
    problems: (topology, { host, nodes }, place) => nodesProblems(topology, [host, ...nodes], place),
    check: (topology, inspect) =>
      reading([inspect.host], portsApartCommand(inspect.network), ([said = ""]) =>
        comparePortsApart(topology, inspect, said),
      ),
    expected: () => "no reply",
    byHand: (_, { host, network, nodes }) => [
      [host, "docker", "network", "inspect", network],
      ...nodes.map((node): At => [node, "ip", "address"]),
    ],
  },
  "default route": {
    problems: (topology, { node, via }, place) => [
      ...nodeProblems(topology, node, place),
      ...targetProblems(topology, node, via, `${place}.via`),
    ],
    check: (topology, { node, via }) =>
      reading([node], ["ip", "-json", "route"], ([routes = ""]) =>
        compareDefaultRoute(readRoutes(routes), destinationOf(topology, node, via)),
      ),
    expected: (topology, { node, via }) => `via ${destinationOf(topology, node, via)}`,
    byHand: (_, { node }) => [[node, "ip", "route", "show", "default"]],
  },
  "named namespace": {
    problems: (topology, { host, node }, place) => nodesProblems(topology, [host, node], place),
    // that `ip` can open it says more than that it is listed: a name may stand for a namespace that is gone
    check: (_, { host, name, node }) =>
      asking(
        [
          { at: host, command: ["ip", "-n", name, ...LINKS.slice(1)] },
          { at: node, command: LINKS },
        ],
        ([inside = "", links = ""]) => compareSameInterfaces(readLinks(inside), readLinks(links)),
      ),
    expected: (_, { name, node }) => `${name} with the addresses of ${node}`,
    byHand: (_, { host, name, node }) => [
      [host, "ip", "-n", name, "address"],
      [node, "ip", "address"],
    ],
  },
};
