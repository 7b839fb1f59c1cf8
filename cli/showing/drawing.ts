import type { Attributes, Edge, Graph, Node } from "@viz-js/viz";
import { type Claim, targetsOf } from "../../topology/claims/index.ts";
import type {
  Topology,
  TopologyHost,
  TopologyNetwork,
  TopologyNode,
  TopologyService,
} from "../../topology/document.ts";

/**
 * A lab as a graph for Graphviz: a cluster for each host with its nodes and networks, an edge for each interface. Overlays,
 * services and the underlay stand between the hosts. A red edge is a wall: a claim says that nothing passes.
 */
export function drawingOf(topology: Topology): Graph {
  const { stack, hosts, networks, nodes, services = [] } = topology;
  const labHosts = hosts.filter(({ kind }) => kind !== "local");
  const within = labHosts.map(({ name }) => name);
  const stands: Standing[] = [
    ...nodes.map((node) => ({ host: drawnOn(node, nodes), node: drawNode(node) })),
    ...networks.map((network) => ({
      ...(isOverlay(network) ? {} : { host: network.host }),
      node: drawNetwork(network),
    })),
    ...services.map((service) => ({ node: drawService(service) })),
  ];
  return {
    directed: false,
    graphAttributes: { ...FONT, fontsize: 18, label: stack, labelloc: "t", nodesep: 0.35, ranksep: 0.6 },
    nodeAttributes: { ...FONT, fontsize: 12, shape: "box", style: "filled" },
    edgeAttributes: { ...FONT, fontsize: 10, color: BLUE.color },
    nodes: stands.filter(({ host }) => host === undefined || !within.includes(host)).map(({ node }) => node),
    subgraphs: labHosts.map((labHost) => ({
      name: `cluster ${labHost.name}`,
      graphAttributes: { ...GREY, fontsize: 13, style: "rounded,filled", label: describeHost(labHost) },
      nodes: stands.filter(({ host }) => host === labHost.name).map(({ node }) => node),
    })),
    edges: [
      ...nodes.flatMap((node) => interfaceEdges(node, networks)),
      ...networks.flatMap((network) => gatewayEdges(network, nodes)),
      ...services.flatMap((service) => serviceEdges(service, networks)),
      ...walls(topology),
    ],
  };
}

/** An element of the drawing with its host; no host: between the hosts. */
interface Standing {
  host?: string;
  node: Node;
}

const FONT = { fontname: "Helvetica" };
const YELLOW = { fillcolor: "#fff3cf", color: "#a87b00" };
const BLUE = { fillcolor: "#dceaff", color: "#2360c4" };
const GREY = { fillcolor: "#f4f6f9", color: "#8a97a8" };
const GREEN = { fillcolor: "#e3f3e6", color: "#2e7d32" };
const RED = "#c9202b";

/** The node that stands for the internet in every lab. */
const OUTSIDE = "outside";
const UNDERLAY = "underlay";

const nodeId = (name: string): string => `node ${name}`;
const networkId = ({ host, name }: TopologyNetwork): string => `network ${host} ${name}`;
const serviceId = ({ name }: TopologyService): string => `service ${name}`;
const isOverlay = ({ driver }: TopologyNetwork): boolean => driver === "overlay";

function drawNode({ name, kind, joins }: TopologyNode): Node {
  const colours = kind === "host" ? { ...GREY, fillcolor: "white" } : name === OUTSIDE ? GREEN : YELLOW;
  const style = { host: "filled", container: "rounded,filled", namespace: "dashed,filled" }[kind];
  const what = joins !== undefined ? `joined to ${joins}` : kind === "namespace" ? "namespace" : undefined;
  return drawn(nodeId(name), [name, what], { ...colours, style });
}

function drawNetwork(network: TopologyNetwork): Node {
  const { name, driver, subnet } = network;
  return drawn(networkId(network), [name, subnet, driver === "bridge" ? undefined : driver], BLUE);
}

function drawService(service: TopologyService): Node {
  const tasks = service.replicas === undefined ? "a task on each node" : `tasks: ${service.replicas}`;
  return drawn(serviceId(service), [service.name, tasks], { ...YELLOW, shape: "box3d" });
}

function drawn(name: string, label: readonly (string | undefined)[], attributes: Attributes): Node {
  return { name, attributes: { ...attributes, label: lines(...label) } };
}

/** The defined texts, one below the other. */
function lines(...texts: readonly (string | undefined)[]): string {
  return texts.filter((text) => text !== undefined).join("\n");
}

/** The host in the drawing. A joined node is drawn beside its owner: a store's member in a lab host's namespace is a container of the user's engine. */
function drawnOn({ joins, host }: TopologyNode, nodes: readonly TopologyNode[]): string {
  return nodes.find(({ name }) => name === joins)?.host ?? host;
}

function describeHost({ name, kind, address }: TopologyHost): string {
  const what = kind === "container" ? "a container" : kind === "vm" ? "a virtual machine" : "over ssh";
  return `${name}: ${what}${address === undefined ? "" : `, ${address}`}`;
}

/** The edges of a node. A joined node has the interfaces of its owner. */
function interfaceEdges(
  { name, host, joins, interfaces }: TopologyNode,
  networks: readonly TopologyNetwork[],
): Edge[] {
  const tail = nodeId(name);
  if (joins !== undefined) return [edge(tail, nodeId(joins), { style: "dashed", color: YELLOW.color })];
  return interfaces.flatMap(({ network, interface: device, address, prefixLength }) => {
    const found = networkOf(network, host, networks);
    const label = lines(device, `${address}/${prefixLength}`);
    return found === undefined ? [] : [edge(tail, networkId(found), { label: besideLine(label) })];
  });
}

/** The edge from a bridge to its host: the gateway of its containers. */
function gatewayEdges(network: TopologyNetwork, nodes: readonly TopologyNode[]): Edge[] {
  const { driver, gateway, host } = network;
  const owner = nodes.find(({ kind, name }) => kind === "host" && name === host);
  if (driver !== "bridge" || gateway === undefined || owner === undefined) return [];
  return [edge(networkId(network), nodeId(owner.name), { label: besideLine(gateway), style: "dotted" })];
}

function serviceEdges(service: TopologyService, networks: readonly TopologyNetwork[]): Edge[] {
  return service.networks.flatMap((name) => {
    const found = networkOf(name, service.manager, networks);
    return found === undefined ? [] : [edge(serviceId(service), networkId(found))];
  });
}

/** The network of this name: the host's own, or one that spans hosts. */
function networkOf(
  name: string,
  host: string,
  networks: readonly TopologyNetwork[],
): TopologyNetwork | undefined {
  const named = networks.filter((network) => network.name === name);
  return (
    named.find((network) => network.host === host) ??
    named.find((network) => isOverlay(network) || network.name === UNDERLAY)
  );
}

/** A wall for each two nodes with a claim that no ping passes between them. */
function walls({ claims, nodes }: Topology): Edge[] {
  const pairs = claims.flatMap((claim) => apart(claim, nodes).map((ends) => ends.toSorted()));
  const distinct = new Map(pairs.map((pair) => [pair.join(" "), pair]));
  return [...distinct.values()].map(([one = "", other = ""]) =>
    edge(nodeId(one), nodeId(other), { color: RED, style: "dashed", penwidth: 2, constraint: false }),
  );
}

/** The pairs of nodes of a claim that they do not reach one another. */
function apart(claim: Claim, nodes: readonly TopologyNode[]): [string, string][] {
  if (!("controls" in claim) || !["ping", "sweep"].includes(claim.probe.kind)) return [];
  // An unknown name is no wall.
  if (claim.expect.answer === "unknown name" || claim.expect.answer === "unresolved") return [];
  const { probe } = claim;
  return targetsOf(probe).flatMap((to): [string, string][] => {
    const ends = nodes.filter(({ name, joins, interfaces }) =>
      to.by === "address"
        ? joins === undefined && interfaces.some(({ address }) => address === to.address)
        : to.by !== "name" && name === to.node,
    );
    // Nodes on bridges of two hosts may have the same address.
    const [end] = ends.length === 1 ? ends : [];
    return end === undefined || end.name === probe.from ? [] : [[probe.from, end.name]];
  });
}

/** Graphviz writes a label right onto its edge: the spaces keep them apart. */
function besideLine(label: string): string {
  return label.replaceAll(/^/gm, "  ");
}

function edge(tail: string, head: string, attributes: Attributes = {}): Edge {
  return { tail, head, attributes };
}
