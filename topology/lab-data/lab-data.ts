/** A whole lab as plain data: the one schema of lab files, of the component `Lab`, and of the package for other languages. */
import { z } from "zod";
import { Claim } from "../claims/index.ts";
import { Drill } from "../drills.ts";
import { engineVersions } from "../engines.ts";
import { gatewayModes } from "../network-options.ts";
import {
  aliases,
  anyNetwork,
  BoxData,
  gatewayPriority,
  ipv4Address,
  JoinedBoxData,
  LinkedBoxData,
} from "./containers.ts";
import { onHost, reference, type TableName, texts } from "./references.ts";

const subnet = z
  .string()
  .describe("IPv4 CIDR (docker network create --subnet)")
  .meta({ examples: ["10.1.0.0/24"] });
const gateway = z.string().optional().describe("IPv4 address of the gateway; default: the subnet's first");
const image = z.string().optional().describe("image; default: vethlab's own");

const HostData = z.strictObject({
  kind: z
    .enum(["container", "vm"])
    .optional()
    .describe("container: on this machine's kernel; vm: with a kernel of its own; default: container"),
  engineVersion: z
    .enum(engineVersions)
    .optional()
    .describe("version of its engine, in quotes; not of a vm; default: 20.10"),
  address: z.string().optional().describe("IPv4 address on the underlay; default: the tenth for host1, ..."),
  image,
  transport: z
    .enum(["socket", "tls"])
    .optional()
    .describe("how its engine is reached; default: tls on Docker Desktop, else socket"),
});

const NetworkData = z.strictObject({
  host: onHost,
  subnet,
  gateway,
  ipRange: z
    .string()
    .optional()
    .describe("part of the subnet that the engine hands out, a CIDR (--ip-range); default: all of it")
    .meta({ examples: ["10.1.0.128/25"] }),
  auxAddresses: z
    .record(z.string(), z.string())
    .optional()
    .describe("IPv4 addresses that no box gets, each with a name (--aux-address)"),
  internal: z
    .boolean()
    .optional()
    .describe("whether no packet goes between it and other networks (--internal); default: false"),
  mtuBytes: z
    .int()
    .optional()
    .describe("MTU of the bridge and its boxes' interfaces, in bytes; default: 1500"),
  bridgeName: z
    .string()
    .optional()
    .describe("name of the bridge on the host; default: br- and the network's id"),
  icc: z.boolean().optional().describe("whether its boxes reach one another (enable_icc); default: true"),
  masquerade: z
    .boolean()
    .optional()
    .describe("whether packets that leave it get the host's address (enable_ip_masquerade); default: true"),
  hostBindingAddress: z
    .string()
    .optional()
    .describe("IPv4 address of the host where ports are published (host_binding_ipv4); default: all"),
  gatewayMode: z
    .enum(gatewayModes)
    .optional()
    .describe("how boxes and the world beyond the host reach one another (gateway_mode_ipv4); default: nat"),
  options: z
    .record(z.string(), z.string())
    .optional()
    .describe("further options of Docker's driver (--opt), values in quotes"),
  labels: z.record(z.string(), z.string()).optional().describe("labels beside vethlab's own (--label)"),
});

const OverlayData = z.strictObject({
  space: reference("what its hosts share: a Swarm, or a key-value store", [
    "swarms",
    "etcdClusters",
    "consuls",
  ]),
  subnet,
  gateway,
  attachable: z.boolean().optional().describe("in a Swarm: whether boxes may be plugged in; default: true"),
  encrypted: z.boolean().optional().describe("in a Swarm: whether packets travel in ESP; default: false"),
  underlayMtuBytes: z.int().optional().describe("MTU of the way between the hosts, in bytes; default: 1500"),
});

const AttachmentData = z.strictObject({
  box: reference("a running box", ["boxes"]),
  network: anyNetwork("the network to plug it into (docker network connect)"),
  ipv4Address,
  aliases,
  gatewayPriority,
  connected: z.boolean().optional().describe("whether the box is plugged in; default: true"),
});

const RemovalData = z.strictObject({
  network: reference("the network that is taken away (docker network rm)", ["networks"]),
  removed: z.boolean().optional().describe("whether it is removed; default: true"),
});

const NamespaceData = z.strictObject({
  host: onHost,
  loopback: z.boolean().optional().describe("whether its interface lo is up; default: true"),
});

const ContainerNamespaceData = z.strictObject({
  box: reference("the box whose namespace is shown to `ip netns`", ["boxes"]),
  netns: z.string().optional().describe("the name that `ip netns` shows; default: the table's"),
});

const interfaceName = z.string().describe("name of the interface (ip link): up to 15 characters");
const EndData = z.union([
  z
    .strictObject({
      namespace: reference("the namespace it is in", ["namespaces"]),
      interface: interfaceName,
      address: z.string().optional().describe("IPv4 address with prefix length: 192.168.1.1/24"),
    })
    .meta({ id: "NamespaceEnd" }),
  z
    .strictObject({
      bridge: reference("the bridge it is plugged into", ["bridges"]),
      interface: interfaceName,
    })
    .meta({ id: "BridgeEnd" }),
]);

const LinkData = z.strictObject({
  ends: z.tuple([EndData, EndData]).describe("its two ends, of one host (ip link add A type veth peer B)"),
  up: z.boolean().optional().describe("whether both ends are up; default: true"),
});

const tableOfRules = z
  .enum(["filter", "nat", "mangle", "raw"])
  .optional()
  .describe("iptables --table; default: filter");

const RuleData = z.strictObject({
  host: onHost,
  table: tableOfRules,
  chain: z.string().describe("the chain: POSTROUTING, DOCKER-USER"),
  rule: z.string().describe("as behind the chain in iptables' words: -s 172.17.0.0/16 -j MASQUERADE"),
  position: z
    .union([z.enum(["append", "insert"]), z.int().min(1)])
    .optional()
    .describe("append (-A), insert (-I, before all others), or a number; default: append"),
  present: z
    .boolean()
    .optional()
    .describe("whether the chain has the rule; false takes an existing one out; default: true"),
});

const PolicyData = z.strictObject({
  host: onHost,
  table: tableOfRules,
  chain: z.string().describe("one of the kernel's chains: FORWARD"),
  policy: z.enum(["ACCEPT", "DROP"]).describe("what becomes of packets that no rule decides on"),
});

const SwarmData = z.strictObject({
  members: z
    .array(
      z
        .strictObject({
          host: reference("a host", ["hosts"]),
          role: z
            .enum(["manager", "worker"])
            .optional()
            .describe("default: the first member is a manager, the others are workers"),
          availability: z
            .enum(["active", "pause", "drain"])
            .optional()
            .describe("whether tasks may run on it; default: active"),
          labels: z
            .record(z.string(), z.string())
            .optional()
            .describe("labels for placement constraints; default: none"),
        })
        .meta({ id: "SwarmMember" }),
    )
    .min(1)
    .describe("its members; the first one makes the Swarm"),
  heartbeatSeconds: z
    .int()
    .optional()
    .describe("how often members report, in seconds; default: 5, and 30 on virtual machines"),
});

const hosts = z.array(reference("a host", ["hosts"])).min(1);
const EtcdData = z.strictObject({
  hosts: hosts.describe("each has a member, and an engine that uses it"),
  image,
});
const ConsulData = z.strictObject({ hosts: hosts.describe("the server is on the first of them"), image });

const rollout = {
  parallelism: z.int().optional().describe("how many at once; 0: all; default: 1"),
  delaySeconds: z.number().optional().describe("seconds between two; default: 0"),
  order: z.enum(["stop-first", "start-first"]).optional().describe("default: stop-first"),
};

const ServiceData = z.strictObject({
  swarm: reference("its Swarm", ["swarms"]),
  networks: z
    .array(reference("an overlay of its Swarm", ["overlays"]))
    .min(1)
    .describe("overlays that each task is plugged into"),
  replicas: z
    .union([z.int().min(0), z.literal("global")])
    .optional()
    .describe("how many tasks, or global: one on each node; default: 1"),
  endpointMode: z
    .enum(["vip", "dnsrr"])
    .optional()
    .describe("what its name stands for: one virtual address (needs ip_vs), or all tasks; default: vip"),
  ports: z
    .array(
      z
        .strictObject({
          external: z.int().min(1).max(65535).describe("port of the hosts"),
          internal: z.int().min(1).max(65535).describe("port of the tasks"),
          protocol: z.enum(["tcp", "udp"]).optional().describe("default: tcp"),
          mode: z
            .enum(["ingress", "host"])
            .optional()
            .describe("ingress: on all nodes; host: on those with a task; default: ingress"),
        })
        .meta({ id: "ServicePort" }),
    )
    .optional()
    .describe("published ports; default: none"),
  convergeSeconds: z.number().optional().describe("seconds until all tasks must run; default: 60, vm: 240"),
  image,
  command: texts.optional().describe("command (after the image); default: the image's own"),
  constraints: texts.optional().describe("which nodes may have tasks: node.labels.vethlab.node!=host3"),
  after: z
    .array(reference("a service", ["services"]))
    .optional()
    .describe("services that must stand before"),
  update: z
    .strictObject({
      ...rollout,
      failureAction: z.enum(["pause", "continue", "rollback"]).optional().describe("default: pause"),
    })
    .meta({ id: "Update" })
    .optional()
    .describe("how an update goes; default: Docker's"),
  rollback: z
    .strictObject({
      ...rollout,
      failureAction: z.enum(["pause", "continue"]).optional().describe("default: pause"),
    })
    .meta({ id: "Rollback" })
    .optional()
    .describe("how a rollback goes; default: Docker's"),
});

const VolumeData = z.strictObject({ host: onHost });

/** The things of a lab by their names; each table is one component. */
export const tables = {
  hosts: HostData.meta({ id: "Host" }),
  networks: NetworkData.meta({ id: "Network" }),
  defaultBridges: z.strictObject({ host: onHost }).meta({ id: "DefaultBridge" }),
  overlays: OverlayData.meta({ id: "Overlay" }),
  volumes: VolumeData.meta({ id: "Volume" }),
  boxes: BoxData.meta({ id: "Box" }),
  joinedBoxes: JoinedBoxData.meta({ id: "JoinedBox" }),
  linkedBoxes: LinkedBoxData.meta({ id: "LinkedBox" }),
  attachments: AttachmentData.meta({ id: "Attachment" }),
  removals: RemovalData.meta({ id: "Removal" }),
  namespaces: NamespaceData.meta({ id: "Namespace" }),
  containerNamespaces: ContainerNamespaceData.meta({ id: "ContainerNamespace" }),
  bridges: z.strictObject({ host: onHost }).meta({ id: "Bridge" }),
  links: LinkData.meta({ id: "Link" }),
  rules: RuleData.meta({ id: "Rule" }),
  policies: PolicyData.meta({ id: "Policy" }),
  swarms: SwarmData.meta({ id: "Swarm" }),
  etcdClusters: EtcdData.meta({ id: "EtcdCluster" }),
  consuls: ConsulData.meta({ id: "Consul" }),
  services: ServiceData.meta({ id: "Service" }),
} satisfies Record<TableName, z.ZodObject>;

function table<T extends z.ZodObject>(entry: T, description: string) {
  return z.record(z.string(), entry).optional().describe(description);
}

/** What a claim may be in a lab that is plain data: a sentence (sentences.ts), or the claim as the topology document has it. */
const ClaimData = z
  .union([z.string(), Claim])
  .describe("a sentence, such as `web reaches db:5432`, or a claim as the topology document has it");

export const LabData = z
  .strictObject({
    underlay: z
      .strictObject({ subnet: z.string().optional().describe("IPv4 CIDR; default: a free one") })
      .meta({ id: "Underlay" })
      .optional()
      .describe("the network between lab hosts"),
    outside: z
      .strictObject({
        address: z.string().optional().describe("its IPv4 address; default: 203.0.113.10"),
        nameServer: z
          .string()
          .optional()
          .describe("IPv4 address of the name server of lab hosts; default: this server"),
        image,
      })
      .meta({ id: "Outside" })
      .optional()
      .describe("a server beyond the lab that stands for the internet, as node `outside`; default: none"),
    hosts: table(tables.hosts, "lab hosts, each with an engine of its own; default: host1"),
    networks: table(tables.networks, "user-defined bridge networks (docker network create)"),
    defaultBridges: table(tables.defaultBridges, "the network `bridge` (docker0) that each engine has"),
    overlays: table(tables.overlays, "overlay networks, on several hosts"),
    volumes: table(tables.volumes, "volumes (docker volume create)"),
    boxes: table(tables.boxes, "containers (docker run)"),
    joinedBoxes: table(tables.joinedBoxes, "containers that share the interfaces of a box"),
    linkedBoxes: table(tables.linkedBoxes, "containers with links on the default bridge (--link)"),
    attachments: table(tables.attachments, "running boxes plugged into one more network"),
    removals: table(tables.removals, "networks that are removed while the lab stands"),
    namespaces: table(tables.namespaces, "network namespaces (ip netns add)"),
    containerNamespaces: table(tables.containerNamespaces, "namespaces of boxes, shown to `ip netns`"),
    bridges: table(tables.bridges, "bridges of the kernel (ip link add type bridge)"),
    links: table(tables.links, "veth pairs (ip link add type veth)"),
    rules: table(tables.rules, "rules of iptables on a host"),
    policies: table(tables.policies, "policies of the kernel's chains"),
    swarms: table(tables.swarms, "Swarms"),
    etcdClusters: table(tables.etcdClusters, "etcd as key-value store of several engines"),
    consuls: table(tables.consuls, "Consul as key-value store of several engines"),
    services: table(tables.services, "services of a Swarm (docker service create)"),
    claims: z
      .array(ClaimData)
      .describe("what must hold, shown with packets")
      .meta({ examples: [["web reaches db"]] }),
    drills: z.array(Drill).optional().describe("interventions that `vethlab drill` makes; default: none"),
  })
  .describe("a lab of vethlab");

export type LabData = z.infer<typeof LabData>;

/** The lab hosts: a lab that names none has one. `hosts: {}` is a lab on this machine's engine. */
export function hostsOf({ hosts = { host1: {} } }: LabData): string[] {
  return Object.keys(hosts);
}

/** The published JSON Schema of lab files, for editors (lab-schema.json holds it; a test keeps it current). */
export function labSchema(): object {
  return z.toJSONSchema(LabData, { target: "draft-7", io: "input", reused: "inline" });
}
