import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { BridgeNetwork } from "./bridge-network.ts";

export interface NetworkRemovalArgs {
  /** A network that was made `removable`. */
  network: BridgeNetwork;
  /**
   * Whether it is taken away. Default: true. Say false rather than leave the removal out: Pulumi removes last what was
   * left out, after the claims have been tested.
   */
  removed?: boolean;
}

/**
 * Takes a network away from a standing lab (`docker network rm`), after unplugging whoever is still on it; and puts it
 * back. Let it depend on the boxes that were made on the network, and attachments to the network on it.
 *
 * @example new NetworkRemoval("custom_network-removal", { network }, { dependsOn: boxes });
 */
export class NetworkRemoval extends pulumi.ComponentResource {
  readonly nodes: { removal: command.local.Command };

  constructor(name: string, args: NetworkRemovalArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:network:NetworkRemoval", name, {}, opts);
    const { network, removed = true } = args;
    const { host, engineName } = network;
    const { site } = host;
    if (!network.removable) {
      site.plan.problem({
        place: `removals.${name}.network`,
        value: network.networkName,
        allowed: "this network was not made to be removed",
        fix: "say removable: true where it is made",
      });
    }
    const remove = [
      `if docker network inspect ${engineName} >/dev/null 2>&1; then`,
      `  for id in $(docker network inspect --format '{{range $id, $_ := .Containers}}{{$id}} {{end}}' ${engineName}); do`,
      `    docker network disconnect ${engineName} "$id"`,
      "  done",
      `  docker network rm ${engineName} >/dev/null`,
      "fi",
    ].join("\n");
    const ensure = network.ensureScript();
    const removal = host.exec(
      `${name}-removal`,
      { apply: removed ? remove : ensure, undo: ensure },
      this,
      network.resources,
    );
    this.nodes = { removal };
    if (removed) site.networks.splice(site.networks.indexOf(network.entry), 1);
    this.registerOutputs({});
  }
}
