import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { nthAddressIn } from "../topology/addresses.ts";
import type { TopologyNetwork } from "../topology/document.ts";
import { type ArgumentNames, recorded, refuseUnknown } from "./arguments.ts";
import { type Host, type HostScript, labelLines, madeOn, namedOnEngine } from "./host.ts";
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
  /** The resources that must stand before a container is plugged in. */
  readonly ready: pulumi.CustomResource[];
  /** Further resources that a container waits for before it starts on the network. Default: none. */
  readonly after?: readonly pulumi.Resource[];
}

export interface BridgeNetworkArgs {
  /** The host whose engine has the network. */
  host: Host;
  /** IPv4 CIDR (`docker network create --subnet`). */
  subnet: string;
  /** IPv4 address of the bridge (`--gateway`). Default: the subnet's first address. */
  gateway?: string;
}

const ARGUMENTS: ArgumentNames<BridgeNetworkArgs> = { host: true, subnet: true, gateway: true };

/**
 * A user-defined bridge network (`docker network create --driver bridge`): its containers know one another by name.
 *
 * @example const net = new BridgeNetwork("my-bridge", { host: host1, subnet: "172.18.0.0/16" });
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
  readonly hasDns = true;
  readonly ready: pulumi.CustomResource[];
  readonly resources: { network: command.local.Command };
  /** Its entry in the topology. */
  readonly entry: () => Entry<TopologyNetwork, "name">;

  constructor(name: string, args: BridgeNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:network:BridgeNetwork", name, recorded(args), opts);
    refuseUnknown(`networks.${name}`, args, ARGUMENTS);
    const { host } = args;
    const { site } = host;
    this.networkName = name;
    this.host = host;
    this.planKey = `${host.hostName}/${name}`;
    this.engineName = host.engineName(name);
    this.subnet = args.subnet;
    this.gateway = args.gateway ?? nthAddressIn(args.subnet, 1);
    const place = `networks.${name}`;
    site.plan.name({ scope: `networks of ${host.hostName}`, place, name, kind: "network" });
    planOwnership(host, place, "network", this.engineName);
    site.plan.network({
      key: this.planKey,
      place,
      name,
      subnet: args.subnet,
      gateway: args.gateway,
      realms: [host.hostName],
    });
    // Not a docker.Network: the provider waits 2 s at its creation, and loses a network that a NetworkRemoval took away and
    // put back with another id.
    const network = host.exec(
      `${name}-network`,
      {
        ...this.script,
        apply: "create",
        undo: "remove",
        engineOnly: true,
        triggers: [this.subnet, this.gateway, this.#range()],
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
      gateway: this.gateway,
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
        OPTIONS: "",
        LABELS: labelLines(this.host.labels),
      },
    };
  }

  #range(): pulumi.Output<string> {
    return this.host.site.declared((plan) => plan.handOut(this.planKey) ?? "");
  }
}
