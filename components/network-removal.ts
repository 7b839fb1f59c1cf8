import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type ArgumentNames, recorded, refuseUnknown } from "./arguments.ts";
import type { BridgeNetwork } from "./bridge-network.ts";
import { isUsers } from "./host.ts";

export interface NetworkRemovalArgs {
  network: BridgeNetwork;
  /**
   * Whether the network is removed. Default: true. Say false rather than leave the removal out: Pulumi deletes last, after
   * the claims have been tested.
   */
  removed?: boolean;
}

const ARGUMENTS: ArgumentNames<NetworkRemovalArgs> = { network: true, removed: true };

/**
 * Removes a network from a standing lab (`docker network rm`) after unplugging its containers, and makes it again. Let it
 * depend on the boxes that were made on the network, and let attachments to the network depend on it.
 *
 * @example new NetworkRemoval("custom_network-removal", { network }, { dependsOn: boxes });
 */
export class NetworkRemoval extends pulumi.ComponentResource {
  readonly resources: { removal: command.local.Command };

  constructor(name: string, args: NetworkRemovalArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:network:NetworkRemoval", name, recorded(args), opts);
    refuseUnknown(`removals.${name}`, args, ARGUMENTS);
    const { network, removed = true } = args;
    const { host, engineName } = network;
    const { site } = host;
    const removal = host.exec(
      `${name}-removal`,
      { ...network.script, apply: removed ? "empty-and-remove" : "create", undo: "create" },
      this,
      network.ready,
    );
    this.resources = { removal };
    if (removed) site.networks.splice(site.networks.indexOf(network.entry), 1);
    // A missing network is then no fault.
    this.registerOutputs(isUsers(host) ? { takesAway: engineName } : {});
  }
}
