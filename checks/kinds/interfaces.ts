/** Claims about interfaces, bridges, routes and paths. */
import type { Answer, Question } from "../../reach/asking.ts";
import type { Inspection } from "../../topology/claims/index.ts";
import type { Topology } from "../../topology/document.ts";
import { asking, type Check, type Finding } from "../check.ts";
import {
  compareBridgePorts,
  compareDefaultRoute,
  compareInterfaceCount,
  compareInterfaces,
  compareSameInterfaces,
  compareVethPair,
} from "../comparisons.ts";
import { hostNameOf } from "../holders.ts";
import { LINKS, NAMESPACE, readLinks, readRoutes } from "../links.ts";
import { hostsProblems, namespaceIdCommand, readNamespaceId } from "../namespace-id.ts";
import { comparePortsApart, portsApartCommand } from "../ports-apart.ts";
import { controlCheck } from "../probe-check.ts";
import { observe } from "../probes/index.ts";
import { nodeProblems, nodesProblems, probeProblems, targetProblems } from "../references.ts";
import { icmpPayload } from "../services.ts";
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
  | "mtu"
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
    problems: (topology, { nodes }, place) => [
      ...nodesProblems(topology, nodes, place),
      ...hostsProblems(topology, nodes, place),
    ],
    check: (_, { nodes: [a, b] }) => sameInterfaces(inside(a), inside(b)),
    expected: () => "the same MAC and addresses in both",
    byHand: (_, { nodes }) => nodes.map((node) => [node, "ip", "address"]),
  },
  "veth pair": {
    problems: (topology, { node, peerNode }, place) => [
      ...nodesProblems(topology, [node, peerNode], place),
      ...hostsProblems(topology, [node, peerNode], place),
    ],
    check: (topology, { node, peerNode, interface: name, bridge }) =>
      asking(
        [
          { at: node, command: LINKS },
          { at: peerNode, command: LINKS },
          { at: hostNameOf(topology, node), command: namespaceIdCommand(topology, node, peerNode) },
        ],
        ([links = "", peerLinks = "", id = ""]) =>
          compareVethPair(readLinks(links), name, readLinks(peerLinks), readNamespaceId(id), bridge),
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
    problems: (topology, { host, node }, place) => [
      ...nodesProblems(topology, [host, node], place),
      ...hostsProblems(topology, [host, node], place),
    ],
    // Not from the list: a listed name may belong to a namespace that is gone, which `ip` cannot open.
    check: (_, { host, name, node }) =>
      sameInterfaces(inside(host, ["ip", "netns", "exec", name]), inside(node)),
    expected: (_, { name, node }) => `${name} with the addresses of ${node}`,
    byHand: (_, { host, name, node }) => [
      [host, "ip", "-n", name, "address"],
      [node, "ip", "address"],
    ],
  },
  mtu: {
    problems: (topology, { from, to }, place) => probeProblems(topology, { kind: "ping", from, to }, place),
    check: mtuCheck,
    expected: (_, { bytes }) => `${bytes} bytes pass, one more does not`,
    byHand: (topology, { from, to, bytes }) =>
      [bytes, bytes + 1].map((size) => [from, ...unfragmented(size), destinationOf(topology, from, to)]),
  },
};

/** What tells the network namespace of a node, or the one that is entered from there, and its links. */
function inside(at: string, entering: readonly string[] = []): Question[] {
  return [NAMESPACE, LINKS].map((command) => ({ at, command: [...entering, ...command] }));
}

function sameInterfaces(one: readonly Question[], other: readonly Question[]): Check {
  return asking([...one, ...other], ([namespace = "", links = "", otherNamespace = "", otherLinks = ""]) =>
    compareSameInterfaces(
      { namespace, links: readLinks(links) },
      { namespace: otherNamespace, links: readLinks(otherLinks) },
    ),
  );
}

/** First an ordinary ping shows which node answers, then follow pings of both sizes. */
function mtuCheck(topology: Topology, { from, to, bytes }: Extract<Inspection, { kind: "mtu" }>): Check {
  const alive = controlCheck(topology, { kind: "ping", from, to });
  const count = alive.questions.length;
  const destination = destinationOf(topology, from, to);
  const compare = (found: Finding, answers: readonly Answer[]): Finding => {
    if (!found.holds) return found;
    const [fits, larger] = answers.slice(count).map((answer) => observe({ kind: "ping" }, answer, new Set()));
    if (fits?.outcome !== "reply") {
      return { holds: false, observed: `of ${bytes} bytes, ${fits?.text ?? "not asked"}` };
    }
    if (larger?.outcome === "reply") return { holds: false, observed: `${bytes + 1} bytes pass too` };
    return larger === undefined || larger.outcome === "failed"
      ? { holds: false, observed: `of ${bytes + 1} bytes, ${larger?.text ?? "not asked"}` }
      : { holds: true, observed: `${bytes} bytes pass, ${bytes + 1} do not` };
  };
  return {
    questions: [
      ...alive.questions,
      ...[bytes, bytes + 1].map((size) => ({
        at: from,
        command: [...unfragmented(size), "-W", "1", "--", destination],
      })),
    ],
    judge: (answers) => compare(alive.judge(answers.slice(0, count)), answers),
    next(answers) {
      const further = alive.next?.(answers.slice(0, count));
      return further && { ...further, judge: (more) => compare(further.judge(more), answers) };
    },
  };
}

/** A ping in an IPv4 packet of this size that must not be fragmented. */
function unfragmented(bytes: number): string[] {
  return ["ping", "-n", "-c", "1", "-M", "do", "-s", String(icmpPayload(bytes))];
}
