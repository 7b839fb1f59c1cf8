import * as pulumi from "@pulumi/pulumi";
import { claimProblems } from "../checks/validate.ts";
import type { Claim } from "../topology/claims/index.ts";
import type { Drill } from "../topology/drills.ts";
import { type Addresses, addressesOf, type Topology as TopologyDocument } from "../topology/document.ts";
import { type ArgumentNames, recorded, refuseUnknown } from "./arguments.ts";
import type { Site } from "./site.ts";

export interface TopologyArgs {
  /** Any host of the lab: all hosts share the entries of the topology. */
  host: { site: Site };
  /** The claims of the lab. */
  claims: Claim[];
  /** Interventions that can be made on the standing lab. Default: none. */
  drills?: Drill[];
}

const ARGUMENTS: ArgumentNames<TopologyArgs> = { host: true, claims: true, drills: true };

/**
 * The topology document of a lab: hosts, networks, nodes, addresses, claims. It also has components that are declared after
 * it: the document is written when the program has declared nothing for 20 ms, since Pulumi does not tell a component when
 * the program has ended. A later declaration is refused. Declare Topology after everything that the program waits for, and
 * before Verification; export `document` as stack output `topology` and `addresses` as `addresses`.
 *
 * @example const topology = new Topology("topology", { host: host1, claims: [ping("box1", "box2")] });
 */
export class Topology extends pulumi.ComponentResource {
  readonly document: pulumi.Output<TopologyDocument>;
  readonly addresses: pulumi.Output<Addresses>;
  readonly site: Site;
  /** Resolves when the whole lab is declared. */
  readonly whole: Promise<void>;

  constructor(name: string, args: TopologyArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      "vethlab:lab:Topology",
      name,
      recorded({ claims: args.claims.map(({ summary }) => summary) }),
      opts,
    );
    refuseUnknown(`topology`, args, ARGUMENTS);
    const { site } = args.host;
    this.site = site;
    const { claims, drills = [] } = args;
    this.whole = site.whole(() => claimProblems({ ...declaredOf(site), claims, drills }));
    this.document = pulumi
      .output(
        this.whole.then(() => ({
          hosts: pulumi.all(site.hosts.map((host) => host())),
          networks: pulumi.all(site.networks.map((network) => network())),
          nodes: pulumi.all(site.nodes.map((node) => node())),
        })),
      )
      .apply((standing) => ({
        version: 1 as const,
        stack: site.stack,
        lab: site.lab,
        ...standing,
        ...(site.services.length === 0 ? {} : { services: site.services }),
        claims,
        drills,
      }));
    this.addresses = this.document.apply(addressesOf);
    this.registerOutputs({ document: this.document, addresses: this.addresses });
  }
}

/**
 * The declared lab before anything is made, without addresses: a node may have one on any network.
 */
function declaredOf(site: Site): Omit<TopologyDocument, "claims" | "drills"> {
  const networks = site.networks.map((network) => network().name);
  const interfaces = [...networks, "underlay", "outside"].map((network) => ({
    network,
    address: "0.0.0.0",
    prefixLength: 0,
  }));
  const hosts = site.hosts.map((host) => host());
  const nodes = site.nodes.map((node) => node());
  return {
    version: 1,
    stack: site.stack,
    lab: site.lab,
    hosts: hosts.map(({ name, kind }) => ({ name, kind, ...(kind === "local" ? {} : { shell: [name] }) })),
    networks: networks.map((name) => ({ name, driver: "", host: "" })),
    nodes: nodes.map(({ name, kind, host, joins }) => ({
      name,
      kind,
      host,
      ...(joins === undefined ? {} : { joins }),
      interfaces,
    })),
    services: site.services,
  };
}
