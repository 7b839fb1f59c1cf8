import type * as command from "@pulumi/command";
import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { imageReference } from "../images/recipe.ts";
import { type ArgumentNames, refuseUnknown } from "./arguments.ts";
import { ClusterStore } from "./cluster-store.ts";
import type { LabHost } from "./lab-host.ts";
import { storeMember } from "./store-member.ts";

export interface ConsulArgs {
  /** The hosts of the engines that use the store; the server is on the first; at least one. */
  hosts: readonly LabHost[];
  /** Image with Consul in it. Default: the project's own. */
  image?: pulumi.Input<string>;
}

const ARGUMENTS: ArgumentNames<ConsulArgs> = { hosts: true, image: true };

/**
 * A Consul server on the first of several hosts, and each host's engine with it as key-value store
 * (`dockerd --cluster-store consul://...`). An overlay network of one engine is then on all. The engines must be built with
 * Consul: up to Debian bullseye they are.
 *
 * @example
 * const consul = new Consul("consul", { hosts: [host1, host2] });
 * const net = new OverlayNetwork("ov_net2", { space: consul, subnet: "10.0.0.0/24" });
 */
export class Consul extends ClusterStore {
  /** Where clients reach the server: http://192.168.33.10:8500. */
  readonly clientUrl: string;
  readonly resources: { server: docker.Container; stores: command.local.Command[] };

  constructor(name: string, args: ConsulArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseUnknown(`stores.${name}`, args, ARGUMENTS);
    const { hosts, image = imageReference("consul") } = args;
    super("vethlab:store:Consul", name, hosts, opts);
    const first = this.creator;
    this.clientUrl = `http://${first.address}:8500`;
    const server = storeMember(
      name,
      {
        host: first,
        image,
        directory: DIRECTORY,
        command: [
          ...["consul", "agent", "-server", "-bootstrap", "-node", name, "-data-dir", DIRECTORY],
          ...["-bind", first.address, "-client", first.address],
          // A single server elects itself at once.
          ...["-hcl", "performance { raft_multiplier = 1 }"],
        ],
      },
      this,
    );
    const stores = this.giveStores(name, [server], () => ({
      url: `consul://${first.address}:8500`,
      // A server without a leader answers with an empty text.
      health: `${this.clientUrl}/v1/status/leader`,
      healthy: ":8300",
    }));
    this.resources = { server, stores };
    this.registerOutputs({ clientUrl: this.clientUrl });
  }
}

const DIRECTORY = "/var/lib/consul";
