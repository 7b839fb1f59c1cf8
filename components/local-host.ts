import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Machine } from "../topology/machine.ts";
import { commandArgs, dockerLabels, type Host, type HostScript, secretOutputs } from "./host.ts";
import { Site } from "./site.ts";

export interface LocalHostArgs {
  /** The lab that stands here, for labels and the topology. Default: the stack's name. */
  lab?: string;
  /** What is in use on the machine, so that clashes are found before anything is made. Default: nothing is known. */
  machine?: Machine;
}

/**
 * The user's own Docker engine (DOCKER_HOST, else the default socket). Lab hosts stand on it; a lab may also stand on
 * it directly, and then its names carry the stack's, so that they meet nobody else's.
 *
 * @example const local = new LocalHost("local");
 */
export class LocalHost extends pulumi.ComponentResource implements Host {
  readonly hostName = "local";
  readonly kind = "local";
  readonly site: Site;
  readonly provider: docker.Provider;
  readonly labels: Host["labels"];
  readonly defaultSubnet: string | undefined;

  constructor(name: string, args: LocalHostArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:host:LocalHost", name, {}, opts);
    this.site = new Site(args.lab, args.machine ?? { networksInUse: [] });
    for (const { name: holder, subnet, owner } of this.site.machine.networksInUse) {
      if (owner !== this.site.stack)
        this.site.plan.inUse(subnet, `${holder}, which is in use on this machine`, this.hostName);
    }
    const { networksInUse } = this.site.machine;
    this.defaultSubnet = networksInUse.find((network) => network.name === "bridge")?.subnet;
    this.labels = dockerLabels(this.site);
    this.provider = new docker.Provider(
      `${name}-engine`,
      { host: this.site.sound(process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock") },
      { parent: this },
    );
    this.site.hosts.push(() => pulumi.output({ name: this.hostName, kind: this.kind }));
    this.registerOutputs({});
  }

  engineName(name: string): string {
    return `vethlab-${this.site.stack}-${name}`;
  }

  image(reference: string): pulumi.Input<string> {
    return reference;
  }

  inside(parent: pulumi.Resource): pulumi.CustomResourceOptions {
    this.site.members.add(parent);
    return { parent, provider: this.provider };
  }

  exec(
    name: string,
    script: HostScript,
    parent: pulumi.Resource,
    after: pulumi.Resource[] = [],
  ): command.local.Command {
    this.site.members.add(parent);
    return new command.local.Command(
      name,
      commandArgs([], { ...script, apply: this.site.sound(script.apply) }),
      { parent, dependsOn: after, deleteBeforeReplace: true, ...secretOutputs(script) },
    );
  }
}
