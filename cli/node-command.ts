import type { Topology, TopologyHost, TopologyNode } from "../topology/document.ts";
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
  const exec = ["exec", terminal ? "-it" : "-i"];
  switch (node.kind) {
    case "container":
      return [
        "docker",
        ...(host?.engine ? ["--host", host.engine] : []),
        ...exec,
        node.container ?? node.name,
        ...command,
      ];
    case "namespace":
      return ["docker", ...exec, hostContainer(host, node), "ip", "netns", "exec", node.name, ...command];
    case "host":
      return ["docker", ...exec, hostContainer(host, node), ...command];
  }
}

function hostContainer(host: TopologyHost | undefined, node: TopologyNode): string {
  if (host?.container === undefined) {
    throw new WrongUse(`"${node.name}" is this machine itself: run the command without vethlab.`);
  }
  return host.container;
}
