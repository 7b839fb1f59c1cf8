import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { imageReference } from "../images/recipe.ts";
import { type ArgumentNames, recorded, refuseUnknown } from "./arguments.ts";
import { dockerLabels } from "./host.ts";
import { interfaceOf } from "./interfaces.ts";
import { planOwnership } from "./ownership.ts";
import type { Underlay } from "./underlay.ts";

export interface OutsideArgs {
  /** The network through which lab hosts reach it. */
  underlay: Underlay;
  /** Its IPv4 address. Default: 203.0.113.10, of the range for documentation (RFC 5737). */
  address?: string;
  /** IPv4 address of the name server of lab hosts. Default: this server, which knows only its own name. */
  nameServer?: string;
  /** Image with the server in it. Default: the project's box image. */
  image?: pulumi.Input<string>;
}

const ARGUMENTS: ArgumentNames<OutsideArgs> = {
  underlay: true,
  address: true,
  nameServer: true,
  image: true,
};

/**
 * A server beyond the lab that stands for the internet: it answers ping, HTTP (with the source address it saw) and DNS
 * (its own name `outside.example`; any other name is unknown), so that a lab behaves alike on a machine without internet.
 *
 * @example const outside = new Outside("outside", { underlay });
 */
export class Outside extends pulumi.ComponentResource {
  /** Its name as a node of the lab. */
  readonly node: string;
  readonly address: string;
  /** The name server of lab hosts. */
  readonly nameServer: string;
  /** Its address on the underlay: the source of its own requests. */
  readonly underlayAddress: string;
  /** The route to it, as lab hosts enter it: `SUBNET via NEXT-HOP`. */
  readonly route: string;
  readonly resources: { container: docker.Container };

  constructor(name: string, args: OutsideArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:host:Outside", name, recorded(args), opts);
    refuseUnknown(`outside.${name}`, args, ARGUMENTS);
    const { underlay } = args;
    const { site, host } = underlay;
    const nextHop = underlay.nthAddress(254);
    this.node = name;
    this.address = args.address ?? "203.0.113.10";
    this.nameServer = args.nameServer ?? this.address;
    this.underlayAddress = nextHop;
    this.route = `${this.address}/32 via ${nextHop}`;
    site.plan.name({ scope: "nodes", place: `outside.${name}`, name, kind: "container" });
    planOwnership(host, `outside.${name}`, "container", host.engineName(name));
    site.plan.member({ network: "underlay", place: `outside.${name}`, node: name, address: nextHop });
    const container = new docker.Container(
      `${name}-container`,
      {
        image: args.image ?? imageReference("box"),
        name: host.engineName(name),
        hostname: name,
        labels: dockerLabels(site),
        command: ["vethlab-outside"],
        envs: [`OUTSIDE_ADDRESS=${this.address}`],
        capabilities: { adds: ["CAP_NET_ADMIN"] },
        networksAdvanced: [{ name: underlay.networkName, ipv4Address: nextHop }],
      },
      { ...host.inside(this), dependsOn: [underlay.resources.network] },
    );
    this.resources = { container };
    site.nodes.push(() => ({
      name,
      kind: "container",
      host: host.hostName,
      container: host.engineName(name),
      interfaces: pulumi.all([
        { network: "outside", address: this.address, prefixLength: 32 },
        interfaceOf(container, "underlay", underlay.networkName),
      ]),
    }));
    this.registerOutputs({ address: this.address });
  }
}
