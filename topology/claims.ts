import { z } from "zod";
import { Target } from "./claims-target.ts";
import { serviceInspections, TasksReach } from "./service-claims.ts";

export { Target };

const from = z.string().describe("the node that sends");
const port = z.int().min(1).max(65535);

const Ping = z.strictObject({ kind: z.literal("ping"), from, to: Target });

/** What is sent: a question that one packet exchange answers. */
export const Probe = z.discriminatedUnion("kind", [
  Ping,
  z.strictObject({ kind: z.literal("tcp"), from, to: Target, port }),
  z.strictObject({ kind: z.literal("http"), from, to: Target, port, path: z.string().default("/") }),
  z.strictObject({ kind: z.literal("dns"), from, name: z.string() }),
]);
export type Probe = z.infer<typeof Probe>;

const summary = z.string().describe("the claim in one short sentence, as tables show it");

/** A claim that is shown by an answer; tried again until its deadline. */
const positive = z.strictObject({
  summary,
  probe: Probe,
  /** What the answer must hold: the node whose address DNS must give, the text that HTTP must answer. */
  expect: z.discriminatedUnion("answer", [
    z.strictObject({ answer: z.literal("reply") }),
    z.strictObject({ answer: z.literal("open") }),
    z.strictObject({ answer: z.literal("contains"), text: z.string() }),
    z.strictObject({ answer: z.literal("address-of"), nodes: z.array(Target).min(1) }),
  ]),
});

/** A claim that is shown by silence or refusal; counts only while its controls hold, before and after. */
const negative = z.strictObject({
  summary,
  probe: Probe,
  expect: z.discriminatedUnion("answer", [
    z.strictObject({ answer: z.literal("no reply") }),
    z.strictObject({ answer: z.literal("no way") }),
    z.strictObject({ answer: z.literal("refused") }),
    z.strictObject({ answer: z.literal("unknown name") }),
    z.strictObject({ answer: z.literal("unresolved") }),
  ]),
  controls: z.array(Probe).min(1).describe("probes that must be answered: they show both ends alive"),
});

/** Packets as they are told apart on a wire. */
const Packets = z.strictObject({
  what: z.string().describe("in words: VXLAN of my-overlay"),
  filter: z.string().describe("in tcpdump's words: udp port 4789"),
  network: z
    .string()
    .optional()
    .describe("the overlay whose VNI (RFC 7348) they must carry, by its name on the host's engine"),
});
export type Packets = z.infer<typeof Packets>;

/** A claim about what the kernel of a node holds, read and compared; tried again until its deadline. */
const inspection = z.strictObject({
  summary,
  inspect: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("interfaces"), node: z.string(), exactly: z.array(z.string()) }),
    z.strictObject({
      kind: z.literal("interface count"),
      node: z.string(),
      count: z.int().min(0).describe("without lo"),
    }),
    z.strictObject({ kind: z.literal("same interfaces"), nodes: z.tuple([z.string(), z.string()]) }),
    z.strictObject({
      kind: z.literal("veth pair"),
      node: z.string(),
      interface: z.string(),
      peerNode: z.string(),
      bridge: z.string().optional().describe("the bridge that the peer must be a port of"),
    }),
    z.strictObject({
      kind: z.literal("bridge ports"),
      node: z.string(),
      bridge: z.string(),
      count: z.int().min(0),
    }),
    z.strictObject({
      kind: z.literal("ports apart"),
      host: z.string().describe("the lab host that has the network"),
      network: z.string().describe("the bridge network, by its name on the host's engine: docker_gwbridge"),
      nodes: z.array(z.string()).min(2).describe("the nodes that must not reach one another there"),
    }),
    z.strictObject({
      kind: z.literal("default route"),
      node: z.string(),
      via: Target.describe("the next hop"),
    }),
    z.strictObject({
      kind: z.literal("named namespace"),
      host: z.string(),
      name: z.string(),
      node: z.string().describe("whose interfaces the namespace must hold"),
    }),
    z.strictObject({
      kind: z.literal("rule"),
      node: z.string(),
      table: z.string(),
      chain: z.string(),
      rule: z.string().describe("in iptables' words: -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE"),
      present: z.boolean(),
    }),
    z.strictObject({
      kind: z.literal("chain policy"),
      node: z.string(),
      table: z.string(),
      chain: z.string(),
      policy: z.enum(["ACCEPT", "DROP"]),
    }),
    z.strictObject({
      kind: z.literal("network members"),
      host: z.string(),
      network: z.string(),
      engineName: z.string().describe("the network's name on the host's engine"),
      exactly: z.array(z.string()).describe("the nodes that the network itself must list"),
    }),
    z.strictObject({
      kind: z.literal("network"),
      host: z.string(),
      network: z.string(),
      engineName: z.string().describe("the network's name on the host's engine"),
      present: z.boolean().describe("whether the engine must know it"),
    }),
    z.strictObject({
      kind: z.literal("shared network"),
      hosts: z.array(z.string()).min(2),
      network: z.string().describe("its name on the hosts' engines"),
      scope: z.enum(["global", "swarm"]).describe("in Docker's words, who knows it"),
    }),
    z.strictObject({
      kind: z.literal("overlay creation"),
      host: z.string(),
      accepted: z.boolean().describe("whether the engine must make an overlay that it is asked for"),
    }),
    z.strictObject({
      kind: z.literal("key in store"),
      host: z.string().describe("the lab host from which the store is asked"),
      store: z.enum(["etcd", "consul"]),
      url: z.string().describe("where clients reach the store: http://192.168.33.10:2379"),
      network: z.string().describe("the network whose key it is, by its name on the host's engine"),
    }),
    z.strictObject({
      kind: z.literal("distinct addresses"),
      nodes: z.array(z.string()).min(2),
      subnet: z.string().describe("IPv4 CIDR in which each node must have an address of its own"),
    }),
    z.strictObject({
      kind: z.literal("wire"),
      host: z.string().describe("the lab host on which packets are captured"),
      interface: z.string(),
      during: z
        .discriminatedUnion("kind", [Ping, TasksReach])
        .describe("what is sent meanwhile, and must be answered"),
      seen: Packets.describe("must be among what is captured"),
      notSeen: Packets.optional().describe("must not be among it"),
    }),
    ...serviceInspections,
  ]),
});

export const PositiveClaim = positive;
export const NegativeClaim = negative;
export const InspectionClaim = inspection;
export const Claim = z.union([positive, negative, inspection]);
export type PositiveClaim = z.infer<typeof positive>;
export type NegativeClaim = z.infer<typeof negative>;
export type InspectionClaim = z.infer<typeof inspection>;
export type Claim = z.infer<typeof Claim>;
export type Inspection = InspectionClaim["inspect"];
