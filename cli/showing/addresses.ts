import { addressesOf, type Topology } from "../../topology/document.ts";
import { tableOf } from "./table.ts";

/** Table of a lab's addresses, a line for each node and network. */
export function addressTable(topology: Topology): string {
  const rows = Object.entries(addressesOf(topology)).flatMap(([node, networks]) =>
    Object.entries(networks).map(([network, { address, prefixLength, mac }]) => [
      node,
      network,
      `${address}/${prefixLength}`,
      mac ?? "",
    ]),
  );
  return tableOf(["node", "network", "address", "MAC"], rows);
}
