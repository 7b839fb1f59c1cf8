import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { nthAddressIn } from "../topology/addresses.ts";
import { CHOSEN_UNDERLAY, underlayCandidates, underlaySubnet } from "../topology/underlay.ts";
import { type ArgumentNames, recorded, refuseUnknown } from "./arguments.ts";
import { dockerLabels, labelLines, madeOn } from "./host.ts";
import type { LocalHost } from "./local-host.ts";
import { planOwnership } from "./ownership.ts";
import type { Site } from "./site.ts";

export interface UnderlayArgs {
  /** The engine that lab hosts stand on. */
  host: LocalHost;
  /**
   * IPv4 CIDR. Default: the present one of the stack, else a free one from 192.168.34.0/24 on, else a free one of
   * 198.18.0.0/15.
   */
  subnet?: string | undefined;
  /** Preferred IPv4 CIDR, taken when it is free and no `subnet` is given. Default: none. */
  customary?: string | undefined;
}

const ARGUMENTS: ArgumentNames<UnderlayArgs> = { host: true, subnet: true, customary: true };

/**
 * The network between lab hosts, as cables and switches between real machines. A bridge network on the user's engine.
 *
 * @example const underlay = new Underlay("underlay", { host: local, subnet: "192.168.33.0/24" });
 */
export class Underlay extends pulumi.ComponentResource {
  /** The host that it stands on. */
  readonly host: LocalHost;
  readonly site: Site;
  /** CIDR. */
  readonly subnet: string;
  /** Its name in problems. */
  readonly inWords: string;
  /** Name on the user's engine. */
  readonly networkName: string;
  readonly resources: { network: command.local.Command };

  constructor(name: string, args: UnderlayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:network:Underlay", name, recorded(args), opts);
    refuseUnknown(`networks.${name}`, args, ARGUMENTS);
    const { host } = args;
    const { site } = host;
    this.host = host;
    this.site = site;
    this.subnet = underlaySubnet(site.scope, site.machine, args.subnet, args.customary);
    this.inWords = args.subnet === undefined ? CHOSEN_UNDERLAY : "the underlay";
    this.networkName = host.engineName("underlay");
    planOwnership(host, `networks.${name}`, "network", this.networkName);
    site.plan.network({
      key: "underlay",
      place: `networks.${name}`,
      name,
      subnet: this.subnet,
      realms: [host.hostName],
      offered: underlayCandidates,
    });
    const { networkName, subnet } = this;
    // Not a docker.Network: the provider waits 2 s at its creation and 2 s at its deletion, in every lab.
    const command = host.exec(
      `${name}-network`,
      {
        file: "network",
        apply: "create",
        undo: "remove",
        environment: {
          NETWORK: networkName,
          DRIVER: "bridge",
          SUBNET: subnet,
          GATEWAY: "",
          RANGE: "",
          OPTIONS: "",
          LABELS: labelLines(dockerLabels(site)),
        },
        triggers: [subnet],
      },
      this,
    );
    this.resources = { network: command };
    site.networks.push(() => ({
      name: "underlay",
      driver: "bridge",
      host: host.hostName,
      subnet: this.subnet,
    }));
    this.registerOutputs({ subnet: this.subnet, ...madeOn(host, "network", networkName) });
  }

  /** The address `offset` places into the subnet; "" for a text that is no subnet (the plan reports it). */
  nthAddress(offset: number): string {
    return nthAddressIn(this.subnet, offset);
  }
}
