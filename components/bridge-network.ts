import type * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { nthAddressIn } from "../topology/addresses.ts";
import type { TopologyNetwork } from "../topology/document.ts";
import { type Host, namedOnEngine } from "./host.ts";

/** A network that a Box can be plugged into. */
export interface Network {
  /** The lab's name for it. */
  readonly networkName: string;
  readonly host: Host;
  /** Key of the network in the address plan. */
  readonly planKey: string;
  /** Name on the host's engine. */
  readonly engineName: string;
  readonly gateway: string;
  /** Whether the engine's name server knows names on it (every network but the default bridge). */
  readonly hasDns: boolean;
  /** What must stand before something is plugged in. */
  readonly resources: pulumi.CustomResource[];
}

export interface BridgeNetworkArgs {
  /** The host whose engine has the network. */
  host: Host;
  /** IPv4 CIDR (`docker network create --subnet`). */
  subnet: string;
  /** IPv4 address of the bridge (`--gateway`). Default: the subnet's first address. */
  gateway?: string;
  /**
   * Whether a NetworkRemoval may take it away while the lab stands. Default: false. It is then made by command: Docker
   * gives a network that is made anew another id, and Pulumi would not know it again.
   */
  removable?: boolean;
}

/**
 * A user-defined bridge network (`docker network create --driver bridge`): its containers know one another by name.
 *
 * @example const net = new BridgeNetwork("my-bridge", { host: host1, subnet: "172.18.0.0/16" });
 */
export class BridgeNetwork extends pulumi.ComponentResource implements Network {
  readonly networkName: string;
  readonly host: Host;
  readonly planKey: string;
  readonly engineName: string;
  readonly subnet: string;
  readonly gateway: string;
  readonly hasDns = true;
  readonly resources: pulumi.CustomResource[];
  readonly removable: boolean;
  readonly nodes: { network: docker.Network | command.local.Command };
  /** What it enters in the topology. */
  readonly entry: () => pulumi.Output<TopologyNetwork>;

  constructor(name: string, args: BridgeNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:network:BridgeNetwork", name, {}, opts);
    const { host } = args;
    const { site } = host;
    this.networkName = name;
    this.host = host;
    this.planKey = `${host.hostName}/${name}`;
    this.engineName = host.engineName(name);
    this.subnet = args.subnet;
    this.gateway = args.gateway ?? nthAddressIn(args.subnet, 1);
    const place = `networks.${name}`;
    site.plan.name({ scope: `networks of ${host.hostName}`, place, name, kind: "network" });
    site.plan.network({
      key: this.planKey,
      place,
      name,
      subnet: args.subnet,
      gateway: args.gateway,
      realms: [host.hostName],
    });
    this.removable = args.removable ?? false;
    const network = this.removable ? this.#byCommand() : this.#byProvider();
    this.nodes = { network };
    this.resources = [network];
    this.entry = () =>
      pulumi.output({
        name,
        ...namedOnEngine(name, host.engineName(name)),
        driver: "bridge",
        host: host.hostName,
        subnet: args.subnet,
        gateway: this.gateway,
      });
    site.networks.push(this.entry);
    this.registerOutputs({ subnet: this.subnet, gateway: this.gateway });
  }

  /** The address `offset` places into the subnet; empty while the subnet is no subnet (the plan reports that). */
  nthAddress(offset: number): string {
    return nthAddressIn(this.subnet, offset);
  }

  /** Script that makes it where it is not there. */
  ensureScript(): pulumi.Output<string> {
    const { engineName, subnet, gateway } = this;
    return pulumi
      .all(this.host.labels)
      .apply((labels) =>
        [
          `docker network inspect ${engineName} >/dev/null 2>&1 ||`,
          `docker network create --driver bridge --subnet ${subnet} --gateway ${gateway}`,
          ...labels.map(({ label, value }) => `--label ${label}=${value}`),
          `${engineName} >/dev/null`,
        ].join(" "),
      );
  }

  #byProvider(): docker.Network {
    const { host, engineName, subnet, gateway } = this;
    return new docker.Network(
      `${this.networkName}-network`,
      { name: engineName, driver: "bridge", ipamConfigs: [{ subnet, gateway }], labels: host.labels },
      // Two networks of one subnet cannot be: the old one goes first.
      { ...host.inside(this), deleteBeforeReplace: true },
    );
  }

  #byCommand(): command.local.Command {
    const { host, engineName, subnet, gateway } = this;
    return host.exec(
      `${this.networkName}-network`,
      {
        apply: this.ensureScript(),
        undo: `if docker network inspect ${engineName} >/dev/null 2>&1; then docker network rm ${engineName} >/dev/null; fi`,
        triggers: [subnet, gateway],
      },
      this,
    );
  }
}
