import type { Report } from "../../checks/results.ts";
import { reportTable } from "../../checks/table.ts";
import type { Topology } from "../../topology/document.ts";
import { addressTable } from "./addresses.ts";
import type { Target } from "../labs.ts";

/** The end of `vethlab up` for a person: the claims, the addresses, and the next commands. */
export function showLab({ stack }: Target, topology: Topology, report: Report, seconds: number): void {
  const nodes = topology.nodes.filter(({ kind }) => kind !== "host");
  // Not `outside`, when the lab has another node.
  const node = nodes.find(({ host }) => host !== "local") ?? nodes[0];
  console.log(reportTable(report));
  console.log();
  console.log(addressTable(topology));
  console.log();
  if (node) console.log(`Look around:  npx vethlab exec ${stack} ${node.name} -- ip addr`);
  console.log(`Test again:   npx vethlab verify ${stack}`);
  console.log(`Remove it:    npx vethlab down ${stack}`);
  console.log();
  console.log(
    report.ok
      ? `${stack} is up and does what it claims (${seconds.toFixed(1)} s).`
      : `${stack} is up, but not every claim holds.`,
  );
}
