import * as pulumi from "@pulumi/pulumi";
import { nthAddressIn } from "../topology/addresses.ts";
import { type ArgumentNames, recorded, refuseUnknown } from "./arguments.ts";
import type { Network } from "./bridge-network.ts";
import { type Host, namedOnEngine } from "./host.ts";

/** Docker's own choice for the default bridge. */
export const DEFAULT_SUBNET = "172.17.0.0/16";

export interface DefaultBridgeArgs {
  /** The host whose engine has it. */
  host: Host;
}

const ARGUMENTS: ArgumentNames<DefaultBridgeArgs> = { host: true };

/**
 * The network `bridge` that every engine has (docker0): containers on it reach one another by address, not by name.
 * It exists already, so nothing is made. The engine hands out its addresses in the order of starting.
 *
 * @example const bridge = new DefaultBridge("bridge", { host: host1 });
 */
export class DefaultBridge extends pulumi.ComponentResource implements Network {
  /** The lab's name for it. */
  readonly networkName: string;
  /** The host that it stands on. */
  readonly host: Host;
  readonly planKey: string;
  readonly engineName = "bridge";
  /** 172.17.0.0/16; on the user's own engines as configured. */
  readonly subnet: string;
  /** IPv4 address of the bridge. */
  readonly gateway: string;
  readonly hasDns = false;
  readonly ready: pulumi.CustomResource[] = [];

  constructor(name: string, args: DefaultBridgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:network:DefaultBridge", name, recorded(args), opts);
    refuseUnknown(`networks.${name}`, args, ARGUMENTS);
    const { host } = args;
    this.networkName = name;
    this.host = host;
    this.planKey = `${host.hostName}/${name}`;
    this.subnet = host.defaultSubnet ?? DEFAULT_SUBNET;
    this.gateway = nthAddressIn(this.subnet, 1);
    host.site.plan.only({
      scope: `networks of ${host.hostName}`,
      place: `networks.${name}`,
      value: name,
      what: "name",
      fix: "declare the default bridge of a host once",
    });
    host.site.networks.push(() => ({
      name,
      ...namedOnEngine(name, this.engineName),
      driver: "bridge",
      host: host.hostName,
      subnet: this.subnet,
      gateway: this.gateway,
    }));
    this.registerOutputs({});
  }
}
