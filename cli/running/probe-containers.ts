/**
 * Throwaway containers beside those of a running project: each shares the interfaces of one, and has the tools that its image
 * may lack. A container ends when its standard input does, which this process holds: with this process it goes, however
 * that ends.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { MACHINE } from "../../compose/running.ts";
import { toolsImage } from "../../toolchain/tools-image.ts";
import type { Topology, TopologyNode } from "../../topology/document.ts";
import { Failed } from "../exit.ts";

/**
 * Does work on a project through throwaway containers, and ends these.
 *
 * @param nodes the nodes that are to have one. Default: all
 * @param work is given the topology with the throwaway containers in the place of the project's
 */
export async function withProbes<T>(
  topology: Topology,
  work: (topology: Topology) => Promise<T>,
  nodes: (node: TopologyNode) => boolean = () => true,
): Promise<T> {
  const run = randomBytes(4).toString("hex");
  const owners = topology.nodes.filter(({ joins }) => joins === undefined);
  const chosen = owners.filter((owner) =>
    topology.nodes.some((node) => nodes(node) && ownerOf(node) === owner.name),
  );
  const probes = new Map(chosen.map(({ name }, index) => [name, `vethlab-probe-${run}-${index}`]));
  const started: ChildProcess[] = [];
  try {
    await Promise.all(
      chosen.map(({ name, container = "" }) => {
        const network = name === MACHINE ? "host" : `container:${container}`;
        const child = start(probes.get(name) ?? "", network);
        started.push(child);
        return untilReady(child, name);
      }),
    );
    const withTools = topology.nodes.map((node) => {
      const container = probes.get(ownerOf(node));
      return container === undefined ? node : { ...node, container };
    });
    return await work({ ...topology, nodes: withTools });
  } finally {
    await Promise.all(started.map(end));
  }
}

function ownerOf({ name, joins = name }: TopologyNode): string {
  return joins;
}

/** Only what a probe needs: ICMP. */
function start(name: string, network: string): ChildProcess {
  const words = ["run", "--rm", "--interactive", "--name", name, "--network", network];
  const rights = ["--cap-drop", "ALL", "--cap-add", "NET_RAW", "--read-only"];
  return spawn(
    "docker",
    [...words, ...rights, "--pull", "never", toolsImage, "sh", "-c", "echo ready; cat >/dev/null"],
    {
      stdio: "pipe",
      // Ctrl-C is for this process, which then ends them.
      detached: true,
    },
  );
}

async function untilReady(child: ChildProcess, node: string): Promise<void> {
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    errors += chunk;
  });
  child.stdin?.on("error", () => undefined);
  const ended = once(child, "close").then(() => {
    throw new Failed(`No probe could be put beside ${node}: ${errors.trim() || "it ended at once"}`);
  });
  const ready = once(child.stdout ?? child, "data");
  await Promise.race([ready, ended]);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.stdin?.end();
  await closed;
}
