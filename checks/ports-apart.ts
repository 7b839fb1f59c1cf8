import { scriptWords } from "../scripts/index.ts";
import type { Inspection } from "../topology/claims/index.ts";
import type { Topology } from "../topology/document.ts";
import type { Verdict } from "./comparisons.ts";
import { nodesByContainer } from "./networks.ts";

type PortsInspection = Extract<Inspection, { kind: "ports apart" }>;

/** The command that tells how the containers on a bridge network reach one another. */
export function portsApartCommand(network: string): string[] {
  return [...scriptWords("ports-apart"), network];
}

/** Nodes on a bridge network do not reach one another there, and their host reaches each before and after. */
export function comparePortsApart(topology: Topology, inspect: PortsInspection, said: string): Verdict {
  const nodeOf = nodesByContainer(topology, inspect.host);
  const lines = said.split("\n").map((line) => line.split(" "));
  const told = (kind: string) =>
    lines
      .filter(([first]) => first === kind)
      .map(([, name = "", other = ""]) => [nodeOf.get(name) ?? name, nodeOf.get(other) ?? other] as const);
  const addresses = new Map(told("on"));
  const absent = inspect.nodes.filter((node) => !addresses.has(node));
  const alive = told("alive");
  const silent = inspect.nodes.filter((node) => alive.filter(([name]) => name === node).length < 2);
  const ways = told("way").filter((pair) => pair.every((node) => inspect.nodes.includes(node)));
  const observed = [
    ...absent.map((node) => `${node} is not on it`),
    ...silent.map((node) => `${node} does not answer ${inspect.host}`),
    ...ways.map(([from, to]) => `${from} reaches ${to} at ${addresses.get(to) ?? "?"}`).sort(),
  ];
  return observed.length > 0
    ? { holds: false, observed: observed.join(", ") }
    : {
        holds: true,
        observed: `no reply: ${inspect.nodes.map((node) => addresses.get(node) ?? "").join(", ")}`,
      };
}
