import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type ArgumentNames, recorded, refuseUnknown } from "./arguments.ts";
import { wordLines } from "../scripts/index.ts";
import type { Box } from "./box.ts";
import { planPlace } from "./box-plan.ts";
import { namesOn, withAliases } from "./interfaces.ts";
import type { Network } from "./bridge-network.ts";
import { ownedBy } from "./ownership.ts";

export interface NetworkAttachmentArgs {
  /** A running box. */
  box: Box;
  /** The network to plug it into; of the box's host. */
  network: Network;
  /** IPv4 address (`docker network connect --ip`). Default: the engine's next free one. */
  ipv4Address?: string;
  /** Further names by which others find it on this network (`--alias`); not on the default bridge. Default: none. */
  aliases?: string[];
  /** As a box's own (`--gw-priority`; Docker 28 and later). Default: 0. */
  gatewayPriority?: number;
  /**
   * Whether the box is plugged in. Default: true. Before a Verification say false rather than leave the attachment out:
   * Pulumi deletes last, after the claims have been tested.
   */
  connected?: boolean;
}

/** The fields of `docker inspect` that are read after `docker network connect`. */
interface Endpoint {
  IPAddress: string;
  IPPrefixLen: number;
  MacAddress: string;
}

const ARGUMENTS: ArgumentNames<NetworkAttachmentArgs> = {
  box: true,
  network: true,
  ipv4Address: true,
  aliases: true,
  gatewayPriority: true,
  connected: true,
};

/**
 * Plugs a running box into one more network (`docker network connect`); removing it unplugs (`disconnect`).
 * The box itself runs on, and keeps its other interfaces.
 *
 * @example new NetworkAttachment("box3-on-my-bridge", { box: box3, network: myBridge });
 */
export class NetworkAttachment extends pulumi.ComponentResource {
  readonly resources: { connection: command.local.Command };

  constructor(name: string, args: NetworkAttachmentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:network:NetworkAttachment", name, recorded(args), opts);
    refuseUnknown(`attachments.${name}`, args, ARGUMENTS);
    const { box, network, ipv4Address, aliases = [], gatewayPriority, connected = true } = args;
    const { host } = box;
    plan(name, args);
    // A box that was made on the network is plugged in already.
    if (!box.endpoints.has(network.planKey)) {
      host.site.plan.member({
        network: network.planKey,
        place: `attachments.${name}.ipv4Address`,
        node: box.node,
        address: ipv4Address,
        plugged: connected,
      });
    }
    const [net, container] = [network.engineName, box.engineName];
    const names = namesOn(network, box, aliases);
    const priority = gatewayPriority === undefined ? "" : String(gatewayPriority);
    const connection = host.exec(
      `${name}-connection`,
      {
        file: "network-attachment",
        apply: connected ? "connect" : "disconnect",
        undo: "leave",
        environment: {
          CONTAINER: container,
          NETWORK: net,
          ADDRESS: ipv4Address ?? "",
          ALIASES: wordLines(names),
          GATEWAY_PRIORITY: priority,
          ...ownedBy(host, `${name}-connection`),
        },
        triggers: [
          box.containerId,
          ...network.ready.map(({ id }) => id),
          net,
          ipv4Address ?? "",
          ...(aliases.length === 0 && priority === "" ? [] : [aliases.join(), priority]),
        ],
      },
      this,
      [box.resources.container, ...network.ready],
    );
    this.resources = { connection };
    if (connected) {
      box.endpoints.set(
        network.planKey,
        connection.stdout.apply((json) => {
          const endpoint = (JSON.parse(json) as Partial<Record<string, Endpoint>>)[net];
          const found = {
            network: network.networkName,
            address: endpoint?.IPAddress ?? "",
            prefixLength: endpoint?.IPPrefixLen ?? 0,
            ...(endpoint === undefined ? {} : { mac: endpoint.MacAddress }),
          };
          return withAliases(found, aliases);
        }),
      );
    } else {
      box.endpoints.delete(network.planKey);
    }
    this.registerOutputs({});
  }
}

function plan(name: string, args: NetworkAttachmentArgs): void {
  const { box, network } = args;
  const { plan } = box.host.site;
  const place = `attachments.${name}`;
  planPlace(place, box.node, args, box.host);
  if (box.networks.length === 0) {
    plan.problem({
      place: `${place}.box`,
      value: box.node,
      allowed: "a box in mode host or none can be plugged into no network",
      fix: "make the box on a network",
    });
  }
  if (network.host !== box.host) {
    plan.problem({
      place: `${place}.network`,
      value: network.networkName,
      allowed: `is a network of ${network.host.hostName}, and ${box.node} stands on ${box.host.hostName}`,
      fix: "plug a box into networks of its own host",
    });
  }
}
