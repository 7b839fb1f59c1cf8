import { z } from "zod";
import { Claim } from "./claims/index.ts";
import { Drill } from "./drills.ts";

/**
 * The topology document: a standing lab as plain JSON. It is the stack output `topology`, and the only thing that checks/ and
 * cli/ know of a lab.
 */
const Interface = z.strictObject({
  network: z.string().describe("the network it is plugged into, or the link for a bare veth"),
  interface: z.string().optional().describe("its name inside the node, where that is known beforehand"),
  address: z.string().describe("IPv4 address without prefix"),
  prefixLength: z.int().min(0).max(128),
  mac: z.string().optional(),
  aliases: z
    .array(z.string())
    .optional()
    .describe("further names by which others find the node on this network; absent: none"),
});

const PublishedPort = z.strictObject({
  hostAddress: z.string().describe("address of the host on which it is published; 0.0.0.0: all of them"),
  external: z.int().min(1).max(65535).describe("port of the host"),
  internal: z.int().min(1).max(65535).describe("port of the node"),
  protocol: z.enum(["tcp", "udp", "sctp"]),
});

const Host = z.strictObject({
  name: z.string().describe("host1, host2, ... or `local`, the engine of the user"),
  kind: z.enum(["container", "vm", "local", "ssh"]),
  shell: z
    .array(z.string())
    .min(1)
    .optional()
    .describe(
      "the words before a command that run it on the host; absent: the user's own machine, which is not entered",
    ),
  engineShell: z
    .array(z.string())
    .min(1)
    .optional()
    .describe("those before a docker command that asks nothing but its engine; absent: the same"),
  container: z
    .string()
    .optional()
    .describe(
      "the container on the user's engine that is the host, or that its machine runs in (kind container, vm)",
    ),
  containerId: z.string().optional().describe("its id: another id is another host, with nothing in it"),
  engine: z.string().optional().describe("DOCKER_HOST of the host's own engine; absent: the user's engine"),
  certificates: z
    .string()
    .optional()
    .describe("folder with ca.pem, cert.pem and key.pem for its engine, where that is reached by TLS"),
  address: z.string().optional().describe("its address on the underlay"),
});

const Node = z.strictObject({
  name: z.string().describe("the article's name: box1, ns1, web1, host1"),
  kind: z.enum(["host", "container", "namespace"]),
  host: z.string().describe("the host it stands on"),
  container: z.string().optional().describe("name of the container on the host's engine (kind container)"),
  hostname: z.string().optional().describe("what it calls itself; absent: its name"),
  joins: z.string().optional().describe("the node whose network namespace it shares"),
  interfaces: z.array(Interface),
  ports: z.array(PublishedPort).optional().describe("ports of its host that lead into it; absent: none"),
});

const engineName = z
  .string()
  .optional()
  .describe("its name on the engine, where that is another: on the user's own machines");

const Network = z.strictObject({
  name: z.string(),
  engineName,
  driver: z.string().describe("bridge, veth"),
  host: z.string(),
  subnet: z.string().optional(),
  gateway: z.string().optional(),
  internal: z
    .boolean()
    .optional()
    .describe("whether no packet goes between it and other networks; absent: false"),
});

const Service = z.strictObject({
  name: z.string().describe("the article's name: my-test"),
  engineName,
  manager: z.string().describe("the host whose engine is asked about it"),
  hosts: z.array(z.string()).describe("all hosts of its Swarm"),
  networks: z.array(z.string()).describe("the overlay networks that its tasks are on"),
  replicas: z.int().optional().describe("how many tasks it has; absent: one on each node"),
});

export const Topology = z.strictObject({
  version: z.literal(1),
  stack: z.string(),
  lab: z.string(),
  hosts: z.array(Host),
  networks: z.array(Network),
  nodes: z.array(Node),
  services: z.array(Service).optional().describe("the services of a Swarm; their tasks come and go"),
  claims: z.array(Claim),
  drills: z.array(Drill).default([]).describe("interventions that `vethlab drill` makes"),
});

export type Topology = z.infer<typeof Topology>;
export type TopologyHost = z.infer<typeof Host>;
export type TopologyNode = z.infer<typeof Node>;
export type TopologyNetwork = z.infer<typeof Network>;
export type TopologyService = z.infer<typeof Service>;
export type TopologyInterface = z.infer<typeof Interface>;

/** The stack output `addresses`: node -> network -> address. */
export type Addresses = Record<
  string,
  Record<string, { address: string; prefixLength: number; mac?: string }>
>;

/** The `addresses` of a topology. */
export function addressesOf(topology: Topology): Addresses {
  return Object.fromEntries(
    topology.nodes.map((node) => [
      node.name,
      Object.fromEntries(
        node.interfaces.map(({ network, address, prefixLength, mac }) => [
          network,
          { address, prefixLength, ...(mac === undefined ? {} : { mac }) },
        ]),
      ),
    ]),
  );
}

/** The published JSON Schema of the topology document (topology/schema.json holds it; a test keeps it current). */
export function topologySchema(): object {
  return z.toJSONSchema(Topology, { target: "draft-2020-12" });
}
