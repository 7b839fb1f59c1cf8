import { nodeAddress } from "../../checks/targets.ts";
import { isAddress } from "../../topology/addresses.ts";
import type { Topology } from "../../topology/document.ts";
import { didYouMean } from "../../topology/suggest.ts";
import { WrongUse } from "../exit.ts";
import { placeOf } from "../node-command.ts";

/** Whom a packet is sent to. */
export interface Destination {
  /** Where the address is that of a node. */
  node?: string;
  address: string;
  port?: number;
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
  placeOf(topology, name);
  const address = nodeAddress(topology, from, name, network);
  if (address !== undefined) return { node: name, address, ...port };
  const networks = topology.nodes
    .find((one) => one.name === name)
    ?.interfaces.map((one) => `${name}@${one.network}`);
  throw new WrongUse(
    network === undefined
      ? `${name} has no address of its own in the lab: name one.`
      : `${name} is not on the network "${network}": ${didYouMean(whom, networks ?? [])}`,
  );
}

function readPort(digits: string, text: string): number {
  const port = Number(digits);
  if (digits !== "" && port >= 1 && port <= 65535) return port;
  throw new WrongUse(`"${text}": a port is a number from 1 to 65535.`);
}
