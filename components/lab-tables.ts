/** The component that each table of a lab's data is. */
import type * as pulumi from "@pulumi/pulumi";
import type { TableName } from "../topology/lab-data/references.ts";
import type { tables } from "../topology/lab-data/lab-data.ts";
import { Box, type BoxArgs, type BoxEndpoint } from "./box.ts";
import { BridgeNetwork, type Network } from "./bridge-network.ts";
import { Consul } from "./consul.ts";
import { ContainerHost } from "./container-host.ts";
import { ContainerNamespace } from "./container-namespace.ts";
import { DefaultBridge } from "./default-bridge.ts";
import { EtcdCluster } from "./etcd-cluster.ts";
import type { Host } from "./host.ts";
import { IptablesPolicy } from "./iptables-policy.ts";
import { IptablesRule } from "./iptables-rule.ts";
import { JoinedBox } from "./joined-box.ts";
import { LinkedBox } from "./linked-box.ts";
import { LinuxBridge } from "./linux-bridge.ts";
import { Namespace } from "./namespace.ts";
import { NetworkAttachment } from "./network-attachment.ts";
import { NetworkRemoval } from "./network-removal.ts";
import type { Outside } from "./outside.ts";
import { OverlayNetwork } from "./overlay-network.ts";
import { OverlayService } from "./overlay-service.ts";
import { Swarm } from "./swarm.ts";
import type { Underlay } from "./underlay.ts";
import { VethPair } from "./veth-pair.ts";
import { VmHost } from "./vm-host.ts";
import { Volume } from "./volume.ts";

type Options = pulumi.ComponentResourceOptions;
type Class<Args> = new (name: string, args: Args, opts?: Options) => pulumi.Resource;
type Make<Args> = (name: string, args: Args, opts: Options, lab: Surroundings) => pulumi.Resource;

/** What the lab gives to an entry. */
export interface Surroundings {
  underlay: Underlay | undefined;
  outside: Outside | undefined;
  /** The host of what does not say its host. */
  onlyHost: Host;
  /** All components of a table. */
  all: (table: TableName) => pulumi.Resource[];
}

/** The arguments of a component that the schema of its table does not have; hosts get two from the lab. */
type Unwritten<Args, Table extends TableName> = Exclude<
  Args extends unknown ? keyof Args : never,
  keyof (typeof tables)[Table]["shape"] | "underlay" | "outside"
>;

/** By its last argument a component is refused that has arguments which its table does not have. */
function component<Table extends TableName, Args extends object>(
  _table: Table,
  Component: Class<Args>,
  make: Make<Args> = (name, args, opts) => new Component(name, args, opts),
  ..._unwritten: [Unwritten<Args, Table>] extends [never] ? [] : [Unwritten<Args, Table>]
): Make<object> {
  return make as Make<object>;
}

export const componentOf: Readonly<Record<TableName, Make<object>>> = {
  hosts: component("hosts", ContainerHost, (name, args, opts, { underlay, outside }) => {
    const { kind, ...own } = args as typeof args & { kind?: "container" | "vm" };
    const all = { ...own, ...(underlay && { underlay }), ...(outside && { outside }) };
    return kind === "vm" ? new VmHost(name, all, opts) : new ContainerHost(name, all, opts);
  }),
  networks: component("networks", BridgeNetwork),
  defaultBridges: component("defaultBridges", DefaultBridge),
  overlays: component("overlays", OverlayNetwork),
  volumes: component("volumes", Volume),
  boxes: component("boxes", Box, (name, args, opts, { onlyHost }) => {
    const { host = onlyHost, networks, ...own } = args;
    const its =
      networks === undefined ? { host } : { networks: networks.map((one) => endpointOn(host, one)) };
    return new Box(name, { ...own, ...its } as BoxArgs, opts);
  }),
  joinedBoxes: component("joinedBoxes", JoinedBox),
  linkedBoxes: component("linkedBoxes", LinkedBox),
  removals: component("removals", NetworkRemoval, (name, args, opts, lab) => {
    const boxes = lab
      .all("boxes")
      .filter((box) => box instanceof Box)
      .filter(({ networks }) => networks.includes(args.network));
    return new NetworkRemoval(name, args, { ...opts, dependsOn: boxes });
  }),
  attachments: component("attachments", NetworkAttachment, (name, args, opts, lab) => {
    const network = networkOn(args.box.host, args.network);
    return new NetworkAttachment(name, { ...args, network }, { ...opts, dependsOn: lab.all("removals") });
  }),
  namespaces: component("namespaces", Namespace),
  containerNamespaces: component("containerNamespaces", ContainerNamespace),
  bridges: component("bridges", LinuxBridge),
  links: component("links", VethPair),
  rules: component("rules", IptablesRule),
  policies: component("policies", IptablesPolicy),
  swarms: component("swarms", Swarm),
  etcdClusters: component("etcdClusters", EtcdCluster),
  consuls: component("consuls", Consul),
  services: component("services", OverlayService),
};

type AnyNetwork = Network | OverlayNetwork;

/** An overlay is one network on each of its hosts. */
function networkOn(host: Host, network: AnyNetwork): Network {
  return network instanceof OverlayNetwork ? network.on(host) : network;
}

/** A box's place on a network. Its data may be the network alone. */
function endpointOn(host: Host, written: AnyNetwork | BoxEndpoint): BoxEndpoint {
  const endpoint = "network" in written ? written : { network: written };
  return { ...endpoint, network: networkOn(host, endpoint.network) };
}
