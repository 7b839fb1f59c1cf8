import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { TopologyInterface } from "../topology/document.ts";
import { type ArgumentNames, recorded, refuseUnknown } from "./arguments.ts";
import { type Host, isUsers } from "./host.ts";
import { addressesIn } from "./interfaces.ts";
import { ownedBy } from "./ownership.ts";

export interface NamespaceArgs {
  /** The lab host of the namespace. Not the user's own machine: no lab touches its network. */
  host: Host;
  /** Whether its loopback interface `lo` is up. Default: true. (The kernel's own default is down.) */
  loopback?: boolean;
}

const ARGUMENTS: ArgumentNames<NamespaceArgs> = { host: true, loopback: true };

/**
 * A named network namespace (`ip netns add`): interfaces, routes and firewall rules of its own, and no process yet.
 *
 * @example const ns1 = new Namespace("ns1", { host: host1 });
 */
export class Namespace extends pulumi.ComponentResource {
  /** Its name as a node of the lab. */
  readonly node: string;
  /** The host that it stands on. */
  readonly host: Host;
  /** Its interfaces, entered by the links. */
  readonly interfaces: pulumi.Output<TopologyInterface>[] = [];
  readonly resources: { namespace: command.local.Command };

  constructor(name: string, args: NamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:namespace:Namespace", name, recorded(args), opts);
    refuseUnknown(`namespaces.${name}`, args, ARGUMENTS);
    const { host, loopback = true } = args;
    this.node = name;
    this.host = host;
    host.site.plan.name({ scope: "nodes", place: `namespaces.${name}`, name, kind: "namespace" });
    forbidLocal(host, `namespaces.${name}`);
    const namespace = host.exec(
      `${name}-namespace`,
      {
        file: "namespace",
        apply: "add",
        undo: "delete",
        environment: {
          NAMESPACE: name,
          LOOPBACK: loopback ? "up" : "down",
          ...ownedBy(host, `${name}-namespace`),
        },
      },
      this,
    );
    this.resources = { namespace };
    host.site.nodes.push(() => ({
      name,
      kind: "namespace" as const,
      host: host.hostName,
      interfaces: pulumi.all(this.interfaces),
    }));
    this.registerOutputs({});
  }

  /** Its IPv4 addresses, by link; once the links are declared. */
  get addresses(): pulumi.Output<Record<string, string>> {
    return addressesIn(this.interfaces);
  }
}

/** Namespaces, links and rules are made on lab hosts only: nothing in a lab touches the network of the machine. */
export function forbidLocal(host: Host, place: string): void {
  if (!isUsers(host)) return;
  host.site.plan.problem({
    place: `${place}.host`,
    value: host.hostName,
    allowed: "would change the network of a machine of the user's",
    fix: "use a ContainerHost",
  });
}
