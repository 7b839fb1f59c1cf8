/** Which node holds which address, read from the nodes themselves at the time of testing. */
import type { Answer, Question } from "../reach/asking.ts";
import type { Topology, TopologyHost, TopologyNode } from "../topology/document.ts";
import { ADDRESSES, readLinks } from "./links.ts";

/** An address of a node, and the MAC address of its interface. */
export interface Held {
  address: string;
  prefixLength: number;
  mac?: string | undefined;
}

/** The addresses that a node holds now, or why they are not known. */
export type Holding = readonly Held[] | string;

/** For containers of any image: without an `ip` that writes JSON, the kernel's routing table tells the addresses. */
const WITHOUT_IP = ["sh", "-c", `${ADDRESSES.join(" ")} 2>/dev/null || cat /proc/net/fib_trie`];

/** The question for the addresses of a node; undefined for the user's own machine, which is not entered. */
export function holdingQuestion(topology: Topology, name: string): Question | undefined {
  const node = topology.nodes.find((one) => one.name === name);
  const host = topology.hosts.find((one) => one.name === (node?.host ?? name));
  if (node?.kind === "container" && !isLabHost(host)) return { at: name, command: WITHOUT_IP };
  return host?.shell === undefined ? undefined : { at: name, command: ADDRESSES };
}

/** Reads the answer to `holdingQuestion`. */
export function readHolding(answer: Answer): Holding {
  if ("unavailable" in answer) return answer.unavailable;
  if (answer.status !== 0) return answer.stderr || `status ${answer.status}`;
  if (!answer.stdout.startsWith("[")) return localAddresses(answer.stdout);
  return readLinks(answer.stdout).flatMap(({ address: mac, addr_info = [] }) =>
    addr_info.flatMap(({ local, prefixlen = 0 }) =>
      local === undefined ? [] : [{ address: local, prefixLength: prefixlen, mac }],
    ),
  );
}

/** The node's own addresses in the kernel's /proc/net/fib_trie: an address a line, with `/32 host LOCAL` under it. */
function localAddresses(trie: string): Held[] {
  const found = trie.matchAll(/\|-- ([\d.]+)\n +\/32 host LOCAL/g);
  return [...new Set([...found].map(([, address = ""]) => address))].map((address) => ({
    address,
    prefixLength: 32,
  }));
}

/** Whether the tables of a node's kernel can be read, with the tools of a lab host. */
export function tellsTables(topology: Topology, name: string): boolean {
  return isLabHost(topology.hosts.find((one) => one.name === hostNameOf(topology, name)));
}

/** The name of the host of a node. A host is its own. */
export function hostNameOf(topology: Topology, name: string): string {
  return topology.nodes.find((node) => node.name === name)?.host ?? name;
}

/** Whether two nodes have one network namespace, as the topology declares it. */
export function shareNamespace(topology: Topology, a: string, b: string): boolean {
  return (ownerOf(topology, a)?.name ?? a) === (ownerOf(topology, b)?.name ?? b);
}

/** The problem of a node that does not hold the address that a probe is sent to. */
export function astray(node: string, address: string, holding: Holding | undefined): string | undefined {
  if (holding === undefined) return undefined;
  if (typeof holding === "string") return `${node} does not tell its addresses: ${holding}`;
  if (holding.some((held) => held.address === address)) return undefined;
  const now = holding
    .map((held) => held.address)
    .filter((held) => !held.startsWith("127.") && !held.includes(":"));
  return `${node} is at ${now.join(", ") || "no address"} now, recorded ${address}`;
}

/** The owner of the network namespace of a node: the node itself, or the node that it joins. */
function ownerOf(topology: Topology, name: string): TopologyNode | undefined {
  const node = topology.nodes.find((one) => one.name === name);
  return node?.joins === undefined ? node : ownerOf(topology, node.joins);
}

function isLabHost(host: TopologyHost | undefined): boolean {
  return host?.kind === "container" || host?.kind === "vm";
}
