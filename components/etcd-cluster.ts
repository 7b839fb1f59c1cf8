import type * as command from "@pulumi/command";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { imageReference } from "../images/recipe.ts";
import { type ArgumentNames, refuseUnknown } from "./arguments.ts";
import { ClusterStore } from "./cluster-store.ts";
import type { LabHost } from "./lab-host.ts";
import { storeMember } from "./store-member.ts";

export interface EtcdClusterArgs {
  /** The hosts, each with a member, and with an engine that uses the store; at least one. */
  hosts: readonly LabHost[];
  /** Image with etcd in it. Default: the project's own. */
  image?: pulumi.Input<string>;
}

const ARGUMENTS: ArgumentNames<EtcdClusterArgs> = { hosts: true, image: true };

/**
 * An etcd cluster: a member on each host, and each host's engine with its member as key-value store
 * (`dockerd --cluster-store etcd://...`). An overlay network of one engine is then on all.
 *
 * @example
 * const etcd = new EtcdCluster("my-etcd", { hosts: [host1, host2] });
 * const net = new OverlayNetwork("my-overlay", { space: etcd, subnet: "10.0.0.0/24" });
 */
export class EtcdCluster extends ClusterStore {
  /** Names of the members, in the order of the hosts: my-etcd-1, my-etcd-2, ... */
  readonly members: readonly string[];
  /** Where clients reach the members: http://192.168.33.10:2379, ... */
  readonly clientUrls: readonly string[];
  readonly resources: { members: docker.Container[]; stores: command.local.Command[] };

  constructor(name: string, args: EtcdClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseUnknown(`stores.${name}`, args, ARGUMENTS);
    const { hosts, image = imageReference("etcd") } = args;
    super("vethlab:store:EtcdCluster", name, hosts, opts);
    this.members = hosts.map((_, index) => `${name}-${index + 1}`);
    this.clientUrls = hosts.map(({ address }) => `http://${address}:2379`);
    const ids = pulumi.all(hosts.map(({ resources }) => resources.container.id));
    const peers = hosts.map(({ address }, index) => `${this.members[index]}=http://${address}:2380`);
    // A member without its data cannot come back: a new host means a new cluster.
    const token = ids.apply((all) => [name, ...all.map((id) => id.slice(0, 12))].join("-"));
    const members = hosts.map((host, index) => {
      const member = this.members[index] ?? "";
      const [client, peer] = [2379, 2380].map((port) => `http://${host.address}:${port}`);
      const command = [
        ...["etcd", "--name", member, "--data-dir", `${DIRECTORY}/data`],
        // Docker's engine speaks version 2 of the protocol.
        "--enable-v2",
        ...["--listen-client-urls", `${client}`, "--advertise-client-urls", `${client}`],
        ...["--listen-peer-urls", `${peer}`, "--initial-advertise-peer-urls", `${peer}`],
        ...["--initial-cluster", peers.join(","), "--initial-cluster-token", token],
        ...["--initial-cluster-state", "new"],
      ];
      return storeMember(member, { host, image, command, directory: DIRECTORY }, this);
    });
    const stores = this.giveStores(name, members, ({ address }) => ({
      url: `etcd://${address}:2379`,
      // The health of the cluster with a quorum, not of the member alone.
      health: `http://${address}:2379/health`,
      healthy: '"health":"true"',
    }));
    this.resources = { members, stores };
    this.registerOutputs({ clientUrls: this.clientUrls });
  }
}

const DIRECTORY = "/var/lib/etcd";
