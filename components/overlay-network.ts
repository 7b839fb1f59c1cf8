import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { nthAddressIn } from "../topology/addresses.ts";
import { type ArgumentNames, recorded, refuseUnknown } from "./arguments.ts";
import { wordLines } from "../scripts/index.ts";
import type { Network } from "./bridge-network.ts";
import { type Host, labelLines, madeOn, namedOnEngine } from "./host.ts";
import { planOwnership } from "./ownership.ts";

/** Ethernet's MTU, Docker's default. */
const ETHERNET_MTU = 1500;
/** Bytes of VXLAN (RFC 7348) in a packet between hosts: the headers of Ethernet, VXLAN, UDP and IPv4. */
const VXLAN_BYTES = 50;
/** Bytes that Docker takes off for ESP (RFC 4303); the rest is a multiple of four. */
const ESP_BYTES = 26;

/** Hosts with engines that share networks: over a key-value store (EtcdCluster, Consul) or as a Swarm. */
export interface OverlaySpace {
  readonly hosts: readonly Host[];
  /** The host that makes the networks for all. */
  readonly creator: Host;
  /** Docker's scope of the networks: `global` with a key-value store, `swarm` with a Swarm. */
  readonly scope: "global" | "swarm";
  /** The resources that must stand before a network can be made. */
  readonly ready: pulumi.Resource[];
  /** The networks so far, for an engine that must not make two at once. */
  readonly inTurn?: pulumi.Resource[];
}

export interface OverlayNetworkArgs {
  /** The hosts that it spans. */
  space: OverlaySpace;
  /** IPv4 CIDR (`docker network create --subnet`). */
  subnet: string;
  /** IPv4 address of the gateway (`--gateway`). Default: the subnet's first address. */
  gateway?: string;
  /** In a Swarm: whether containers that are no tasks may be plugged in (`--attachable`). Default: true. */
  attachable?: boolean;
  /** In a Swarm: whether packets between hosts travel in ESP (`--opt encrypted`). Default: false. */
  encrypted?: boolean;
  /**
   * MTU of the way between the hosts, in bytes (`--opt com.docker.network.driver.mtu`): Docker takes off it what VXLAN and
   * ESP need. Default: 1500, as Docker's.
   */
  underlayMtuBytes?: number;
}

const ARGUMENTS: ArgumentNames<OverlayNetworkArgs> = {
  space: true,
  subnet: true,
  gateway: true,
  attachable: true,
  encrypted: true,
  underlayMtuBytes: true,
};

/**
 * An overlay network (`docker network create --driver overlay`): one network on several hosts, its packets wrapped in
 * VXLAN (RFC 7348) between them.
 *
 * @example
 * const net = new OverlayNetwork("my-overlay", { space: etcd, subnet: "10.0.0.0/24" });
 * new Box("box1", { networks: [{ network: net.on(host1) }] });
 */
export class OverlayNetwork extends pulumi.ComponentResource {
  /** The lab's name for it. */
  readonly networkName: string;
  /** Name on the hosts' engines. */
  readonly engineName: string;
  readonly space: OverlaySpace;
  /** IPv4 CIDR. */
  readonly subnet: string;
  /** IPv4 address of the bridge. */
  readonly gateway: string;
  /** MTU of the containers' interfaces on it. */
  readonly mtuBytes: number;
  /** The engine's id of it, known when it is made. */
  readonly networkId: pulumi.Output<string>;
  readonly resources: { network: command.local.Command };
  readonly #planKey: string;

  constructor(name: string, args: OverlayNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:network:OverlayNetwork", name, recorded(args), opts);
    refuseUnknown(`networks.${name}`, args, ARGUMENTS);
    const { space, subnet } = args;
    const { creator, hosts } = space;
    const { site } = creator;
    this.networkName = name;
    this.engineName = creator.engineName(name);
    this.space = space;
    this.subnet = subnet;
    this.gateway = args.gateway ?? nthAddressIn(subnet, 1);
    this.mtuBytes = mtuWithin(args);
    this.#planKey = `overlay/${name}`;
    const place = `networks.${name}`;
    const realms = hosts.map(({ hostName }) => hostName);
    for (const host of realms) site.plan.name({ scope: `networks of ${host}`, place, name, kind: "network" });
    planOwnership(creator, place, "network", this.engineName);
    site.plan.network({ key: this.#planKey, place, name, subnet, gateway: args.gateway, realms });
    planSwarmOptions(place, args);
    planMtu(place, args);
    const range = site.declared((plan) => plan.handOut(this.#planKey) ?? "");
    const network = creator.exec(
      `${name}-network`,
      {
        file: "network",
        apply: "create",
        undo: "remove",
        environment: {
          NETWORK: this.engineName,
          DRIVER: "overlay",
          SUBNET: subnet,
          GATEWAY: this.gateway,
          RANGE: range,
          OPTIONS: wordLines(optionsOf(args)),
          LABELS: labelLines(creator.labels),
        },
        engineOnly: true,
        triggers: [
          subnet,
          this.gateway,
          args.encrypted ?? false,
          args.attachable ?? true,
          args.underlayMtuBytes ?? ETHERNET_MTU,
          range,
        ],
      },
      this,
      [...space.ready, ...(space.inTurn ?? [])],
    );
    space.inTurn?.push(network);
    this.resources = { network };
    this.networkId = network.stdout;
    site.networks.push(() => ({
      name,
      ...namedOnEngine(name, this.engineName),
      driver: "overlay",
      host: creator.hostName,
      subnet,
      gateway: this.gateway,
    }));
    this.registerOutputs({
      subnet: this.subnet,
      gateway: this.gateway,
      ...madeOn(creator, "network", this.engineName),
    });
  }

  /** The network on one of its hosts, for the boxes of that host. */
  on(host: Host): Network {
    return {
      networkName: this.networkName,
      host,
      planKey: this.#planKey,
      engineName: this.engineName,
      gateway: this.gateway,
      hasDns: true,
      ready: [this.resources.network],
      // With its first container on an overlay the engine makes one more network: docker_gwbridge.
      after: this.space.inTurn ?? [],
    };
  }
}

/** The options of `docker network create` beside names and addresses. */
function optionsOf(args: OverlayNetworkArgs): string[] {
  const { space, attachable = true, encrypted = false, underlayMtuBytes } = args;
  return [
    ...(space.scope === "swarm" && attachable ? ["--attachable=true"] : []),
    ...(encrypted ? ["--opt=encrypted="] : []),
    ...(underlayMtuBytes === undefined ? [] : [`--opt=com.docker.network.driver.mtu=${underlayMtuBytes}`]),
  ];
}

/** The MTU of the interfaces of containers on a network. */
function mtuWithin({ underlayMtuBytes = ETHERNET_MTU, encrypted = false }: OverlayNetworkArgs): number {
  const plain = underlayMtuBytes - VXLAN_BYTES;
  return encrypted ? Math.floor((plain - ESP_BYTES) / 4) * 4 : plain;
}

/** Packets larger than a host can send would be lost while small ones pass: hard to see in a standing lab. */
function planMtu(place: string, { space, underlayMtuBytes = ETHERNET_MTU }: OverlayNetworkArgs): void {
  const [narrowest] = space.hosts
    .map(({ hostName, mtuBytes = ETHERNET_MTU }) => ({ hostName, mtuBytes }))
    .toSorted((a, b) => a.mtuBytes - b.mtuBytes);
  if (narrowest === undefined || underlayMtuBytes <= narrowest.mtuBytes) return;
  space.creator.site.plan.problem({
    place: `${place}.underlayMtuBytes`,
    value: String(underlayMtuBytes),
    allowed: `is more than ${narrowest.mtuBytes}, the MTU of ${narrowest.hostName}'s interface to the other hosts`,
    fix: `use ${narrowest.mtuBytes}`,
  });
}

/** The options of a Swarm's networks only. */
function planSwarmOptions(place: string, { space, attachable, encrypted }: OverlayNetworkArgs): void {
  if (space.scope === "swarm") return;
  for (const [option, value] of Object.entries({ attachable, encrypted })) {
    if (value === undefined) continue;
    space.creator.site.plan.problem({
      place: `${place}.${option}`,
      value: String(value),
      allowed: "is for the networks of a Swarm; this one is shared over a key-value store",
      fix: "leave it out, or let the network span a Swarm",
    });
  }
}
