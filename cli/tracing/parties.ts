import { addressOf } from "../../checks/targets.ts";
import { isAddress } from "../../topology/addresses.ts";
import type { Topology } from "../../topology/document.ts";
import { didYouMean } from "../../topology/suggest.ts";
import { WrongUse } from "../exit.ts";

/** Whom a packet is sent to. */
export interface Destination {
  /** Where the address is that of a node. */
  node?: string;
  address: string;
  port?: number;
}

/** A node, or a lab host that is no node of its own. */
export function checkNode(topology: Topology, name: string): string {
  const known = [...new Set([...topology.nodes, ...topology.hosts].map((one) => one.name))];
  if (known.includes(name)) return name;
  throw new WrongUse(
    `The lab has no node "${name}": ${didYouMean(name, known)}\n  its nodes: ${known.join(", ")}`,
  );
}

/**
 * Reads `NODE[@NETWORK][:PORT]` or `ADDRESS[:PORT]`. Without a network, a node's address is the one on a network that
 * it shares with the sender, else its first.
 * @throws WrongUse when it is neither
 */
export function readDestination(topology: Topology, from: string, text: string): Destination {
  const [, whom = "", portText] = /^(.*?)(?::(\d*))?$/.exec(text) ?? [];
  const port = portText === undefined ? {} : { port: readPort(portText, text) };
  if (isAddress(whom)) {
    const node = topology.nodes.find(({ interfaces }) => interfaces.some(({ address }) => address === whom));
    return { ...(node === undefined ? {} : { node: node.name }), address: whom, ...port };
  }
  const [name = "", network] = whom.split("@");
  const node = checkNode(topology, name);
  const address = addressOf(topology, from, node, network);
  if (address !== undefined) return { node, address, ...port };
  const networks = topology.nodes
    .find((one) => one.name === node)
    ?.interfaces.map((one) => `${node}@${one.network}`);
  throw new WrongUse(
    network === undefined
      ? `${node} has no address of its own in the lab: name one.`
      : `${node} is not on the network "${network}": ${didYouMean(whom, networks ?? [])}`,
  );
}

function readPort(digits: string, text: string): number {
  const port = Number(digits);
  if (digits !== "" && port >= 1 && port <= 65535) return port;
  throw new WrongUse(`"${text}": a port is a number from 1 to 65535.`);
}
