import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { wordLines } from "../scripts/index.ts";
import { nthAddressIn } from "../topology/addresses.ts";
import type { TopologyNetwork } from "../topology/document.ts";
import {
  type BridgeOptions,
  givenOptions,
  hasGatewayAddress,
  optionOf,
} from "../topology/network-options.ts";
import { type ArgumentNames, recorded, refuseUnknown } from "./arguments.ts";
import { labelsFor } from "./container-options.ts";
import { type Host, type HostScript, labelLines, madeOn, namedOnEngine } from "./host.ts";
import { planNetworkOptions } from "./network-plan.ts";
import { planOwnership } from "./ownership.ts";
import type { Entry } from "./site.ts";

/** A network that a Box can be plugged into. */
export interface Network {
  /** The lab's name for it. */
  readonly networkName: string;
  readonly host: Host;
  /** Key of the network in the address plan. */
  readonly planKey: string;
  /** Name on the host's engine. */
  readonly engineName: string;
  readonly gateway: string;
  /** Whether the engine's name server knows names on it (every network but the default bridge). */
  readonly hasDns: boolean;
  /** Whether no packet goes between it and other networks. Default: false. */
  readonly internal?: boolean;
  /** Whether ports of its boxes are open at the boxes' own addresses, and none of the host is taken. Default: false. */
  readonly routed?: boolean;
  /** The host's address on which ports of its boxes are published that say none. Default: all of the host's addresses. */
  readonly hostBindingAddress?: string | undefined;
  /** The resources that must stand before a container is plugged in. */
  readonly ready: pulumi.CustomResource[];
  /** Further resources that a container waits for before it starts on the network. Default: none. */
  readonly after?: readonly pulumi.Resource[];
}

export type { BridgeOptions, GatewayMode } from "../topology/network-options.ts";

export interface BridgeNetworkArgs extends BridgeOptions {
  /** The host whose engine has the network. */
  host: Host;
  /** IPv4 CIDR (`docker network create --subnet`). */
  subnet: string;
  /** IPv4 address of the bridge (`--gateway`). Default: the subnet's first address. */
  gateway?: string;
  /**
   * The part of the subnet from which the engine hands out addresses, an IPv4 CIDR (`--ip-range`). Where boxes ask for
   * certain addresses in it beside others, the engine gets the largest part without these. Default: the whole subnet.
   */
  ipRange?: string;
  /** IPv4 addresses of the subnet that no box gets, each with a name (`--aux-address NAME=ADDRESS`). Default: none. */
  auxAddresses?: Record<string, string>;
  /**
   * Whether no packet goes between it and other networks (`--internal`). Its boxes reach one another and the bridge, and
   * the host reaches them. A box on internal networks only can publish no ports. Default: false.
   */
  internal?: boolean;
  /** Further options of Docker's driver (`--opt`): `{ "com.docker.network.container_iface_prefix": "lan" }`. Default: none. */
  options?: Record<string, string>;
  /** Labels beside vethlab's own (`--label`). Default: none. */
  labels?: Record<string, pulumi.Input<string>>;
}

const ARGUMENTS: ArgumentNames<BridgeNetworkArgs> = {
  host: true,
  subnet: true,
  gateway: true,
  ipRange: true,
  auxAddresses: true,
  internal: true,
  mtuBytes: true,
  bridgeName: true,
  icc: true,
  masquerade: true,
  hostBindingAddress: true,
  gatewayMode: true,
  options: true,
  labels: true,
};

/**
 * A user-defined bridge network (`docker network create --driver bridge`): its containers know one another by name.
 *
 * @example const net = new BridgeNetwork("my-bridge", { host: host1, subnet: "172.18.0.0/16" });
 * @example new BridgeNetwork("vault", { host: host1, subnet: "10.1.0.0/24", ipRange: "10.1.0.128/25", internal: true });
 */
export class BridgeNetwork extends pulumi.ComponentResource implements Network {
  /** The lab's name for it. */
  readonly networkName: string;
  /** The host that it stands on. */
  readonly host: Host;
  readonly planKey: string;
  readonly engineName: string;
  /** IPv4 CIDR. */
  readonly subnet: string;
  /** IPv4 address of the bridge. */
  readonly gateway: string;
  /** Whether no packet goes between it and other networks. */
  readonly internal: boolean;
  readonly hasDns = true;
  readonly routed: boolean;
  readonly hostBindingAddress: string | undefined;
  readonly ready: pulumi.CustomResource[];
  readonly resources: { network: command.local.Command };
  /** Its entry in the topology. */
  readonly entry: () => Entry<TopologyNetwork, "name">;
  readonly #args: BridgeNetworkArgs;

  constructor(name: string, args: BridgeNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:network:BridgeNetwork", name, recorded(args), opts);
    refuseUnknown(`networks.${name}`, args, ARGUMENTS);
    const { host, labels = {} } = args;
    const { site } = host;
    this.networkName = name;
    this.host = host;
    this.planKey = `${host.hostName}/${name}`;
    this.engineName = host.engineName(name);
    this.#args = args;
    this.subnet = args.subnet;
    this.gateway = args.gateway ?? nthAddressIn(args.subnet, 1);
    this.internal = args.internal ?? false;
    this.routed = optionOf(args, "gatewayMode")?.value === "routed";
    this.hostBindingAddress = optionOf(args, "hostBindingAddress")?.value;
    const place = `networks.${name}`;
    site.plan.name({ scope: `networks of ${host.hostName}`, place, name, kind: "network" });
    planOwnership(host, place, "network", this.engineName);
    site.plan.network({
      key: this.planKey,
      place,
      name,
      subnet: args.subnet,
      gateway: args.gateway,
      ipRange: args.ipRange,
      auxAddresses: args.auxAddresses,
      realms: [host.hostName],
    });
    planNetworkOptions(place, args, host);
    // Not a docker.Network: the provider waits 2 s at its creation, and loses a network that a NetworkRemoval took away and
    // put back with another id.
    const network = host.exec(
      `${name}-network`,
      {
        ...this.script,
        apply: "create",
        undo: "remove",
        engineOnly: true,
        triggers: [
          this.subnet,
          this.gateway,
          this.#range(),
          ...this.#options(),
          ...Object.entries(labels).flat(),
        ],
      },
      this,
    );
    this.resources = { network };
    this.ready = [network];
    this.entry = () => ({
      name,
      ...namedOnEngine(name, host.engineName(name)),
      driver: "bridge",
      host: host.hostName,
      subnet: args.subnet,
      ...(hasGatewayAddress(args) ? { gateway: this.gateway } : {}),
      ...(this.internal ? { internal: true } : {}),
    });
    site.networks.push(this.entry);
    this.registerOutputs({
      subnet: this.subnet,
      gateway: this.gateway,
      ...madeOn(host, "network", this.engineName),
    });
  }

  /** The address `offset` places into the subnet; "" for a text that is no subnet (the plan reports it). */
  nthAddress(offset: number): string {
    return nthAddressIn(this.subnet, offset);
  }

  /** Its script. */
  get script(): Pick<HostScript, "file" | "environment"> {
    return {
      file: "network",
      environment: {
        NETWORK: this.engineName,
        DRIVER: "bridge",
        SUBNET: this.subnet,
        GATEWAY: this.gateway,
        RANGE: this.#range(),
        OPTIONS: wordLines(this.#options()),
        LABELS: labelLines(labelsFor(this.host, this.#args)),
      },
    };
  }

  /** Its words of `docker network create` beside names, addresses and labels. */
  #options(): string[] {
    const { auxAddresses = {} } = this.#args;
    return [
      `--internal=${this.internal}`,
      ...Object.entries(auxAddresses).map(([name, address]) => `--aux-address=${name}=${address}`),
      ...givenOptions(this.#args).map(({ option, value }) => `--opt=${option}=${value}`),
    ];
  }

  #range(): pulumi.Output<string> {
    return this.host.site.declared((plan) => plan.handOut(this.planKey) ?? "");
  }
}
