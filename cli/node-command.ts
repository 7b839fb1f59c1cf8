import type { Topology, TopologyHost, TopologyNode } from "../topology/document.ts";
import { dockerCommand } from "../topology/docker-command.ts";
import { didYouMean } from "../topology/suggest.ts";
import { WrongUse } from "./exit.ts";

/** How a command is run in a node: interactive with standard input, with a terminal where there is one. */
export interface Terminal {
  terminal: boolean;
}

/**
 * The command line that runs `command` in a node of a lab.
 *
 * @throws WrongUse when the lab has no such node
 */
export function nodeCommand(
  topology: Topology,
  name: string,
  command: readonly string[],
  { terminal }: Terminal,
): string[] {
  const node = topology.nodes.find((one) => one.name === name);
  if (node === undefined) {
    const names = topology.nodes.map((one) => one.name);
    throw new WrongUse(
      `The lab has no node "${name}": ${didYouMean(name, names)}\n  its nodes: ${names.join(", ")}`,
    );
  }
  const host = topology.hosts.find((one) => one.name === node.host);
  switch (node.kind) {
    case "container":
      return [
        ...(host?.kind === "ssh" ? [...(host.shell ?? []), "docker"] : dockerCommand(host ?? {})),
        "exec",
        terminal ? "-it" : "-i",
        node.container ?? node.name,
        ...command,
      ];
    case "namespace":
      return [...shellOf(host, node, terminal), "ip", "netns", "exec", node.name, ...command];
    case "host":
      return [...shellOf(host, node, terminal), ...command];
  }
}

function shellOf(host: TopologyHost | undefined, node: TopologyNode, terminal: boolean): string[] {
  if (host?.shell === undefined) {
    throw new WrongUse(`"${node.name}" is this machine itself: run the command without vethlab.`);
  }
  return terminal ? host.shell.map((word) => (word === "-i" ? "-it" : word)) : host.shell;
}
