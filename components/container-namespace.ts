import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type ArgumentNames, recorded, refuseUnknown } from "./arguments.ts";
import type { Box } from "./box.ts";
import { forbidLocal } from "./namespace.ts";
import { ownedBy } from "./ownership.ts";

export interface ContainerNamespaceArgs {
  /** The box of the network namespace. */
  box: Box;
  /** Name for `ip netns`. Default: the box's. */
  netns?: string;
}

const ARGUMENTS: ArgumentNames<ContainerNamespaceArgs> = { box: true, netns: true };

/**
 * Makes the network namespace of a container visible to `ip netns` on its lab host. `ip netns` looks in /run/netns, and Docker
 * keeps the namespace elsewhere.
 *
 * @example new ContainerNamespace("box1-netns", { box: box1 });
 */
export class ContainerNamespace extends pulumi.ComponentResource {
  readonly resources: { link: command.local.Command };

  constructor(name: string, args: ContainerNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:namespace:ContainerNamespace", name, recorded(args), opts);
    refuseUnknown(`namespaces.${name}`, args, ARGUMENTS);
    const { box } = args;
    const { host } = box;
    const netns = args.netns ?? box.node;
    const place = `namespaces.${netns}`;
    host.site.plan.name({ scope: `netns of ${host.hostName}`, place, name: netns, kind: "namespace" });
    forbidLocal(host, place);
    const link = host.exec(
      `${name}-link`,
      {
        file: "container-namespace",
        apply: "attach",
        undo: "detach",
        environment: { CONTAINER: box.engineName, NAMESPACE: netns, ...ownedBy(host, `${name}-link`) },
        triggers: [box.containerId],
      },
      this,
      [box.resources.container],
    );
    this.resources = { link };
    this.registerOutputs({});
  }
}
