import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type ArgumentNames, recorded, refuseUnknown } from "./arguments.ts";
import type { Host } from "./host.ts";
import { forbidLocal } from "./namespace.ts";
import { ownedBy } from "./ownership.ts";

export interface LinuxBridgeArgs {
  /** The lab host that has it. */
  host: Host;
}

const ARGUMENTS: ArgumentNames<LinuxBridgeArgs> = { host: true };

/**
 * A bridge of the kernel (`ip link add NAME type bridge`), up and without an address: a switch that ends of veth pairs
 * are plugged into. It takes at most 1023 ports.
 *
 * @example const br0 = new LinuxBridge("br0", { host: host1 });
 */
export class LinuxBridge extends pulumi.ComponentResource {
  /** The bridge's name on the host. */
  readonly bridgeName: string;
  /** The host that it stands on. */
  readonly host: Host;
  readonly resources: { bridge: command.local.Command };

  constructor(name: string, args: LinuxBridgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:namespace:LinuxBridge", name, recorded(args), opts);
    refuseUnknown(`bridges.${name}`, args, ARGUMENTS);
    const { host } = args;
    this.bridgeName = name;
    this.host = host;
    const place = `bridges.${name}`;
    host.site.plan.name({ scope: `interfaces of ${host.hostName}`, place, name, kind: "interface" });
    forbidLocal(host, place);
    const bridge = host.exec(
      `${name}-bridge`,
      {
        file: "linux-bridge",
        apply: "add",
        undo: "delete",
        environment: { BRIDGE: name, ...ownedBy(host, `${name}-bridge`) },
      },
      this,
    );
    this.resources = { bridge };
    host.site.networks.push(() => ({ name, driver: "bridge", host: host.hostName }));
    this.registerOutputs({});
  }
}
