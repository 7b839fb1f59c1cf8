import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { namePrefix } from "../topology/scope.ts";
import type { ContainerInUse, NetworkInUse } from "../topology/machine.ts";
import { commandArgs, dockerLabels, type Host, type HostScript, secretOutputs } from "./host.ts";
import type { Site } from "./site.ts";

/** The differences between the kinds of the user's hosts. */
interface UsersHostKind extends Pick<Host, "hostName" | "site"> {
  kind: "local" | "ssh";
  networksInUse: readonly NetworkInUse[];
  containersInUse: readonly ContainerInUse[];
  engineVersion: string | undefined;
  /** The machine in words: "this machine". */
  machine: string;
  engine: { host: string; sshOpts?: string[] };
  /** The words before a command that run it there. */
  shell: string[];
}

/**
 * A host of the user's: its Docker engine with a shell. Others use it, too: names there include the stack's name, everything
 * carries the stack's labels, and network and firewall of the machine are left alone.
 */
export abstract class UsersHost extends pulumi.ComponentResource implements Host {
  /** The lab's name for it. */
  readonly hostName: string;
  readonly kind: UsersHostKind["kind"];
  readonly site: Site;
  readonly engineVersion: string | undefined;
  readonly provider: docker.Provider;
  readonly labels: Host["labels"];
  readonly networksInUse: readonly NetworkInUse[];
  readonly containersInUse: readonly ContainerInUse[];
  readonly defaultSubnet: string | undefined;
  protected readonly shell: string[];
  /** The resources that must stand before a script runs. */
  protected readonly ready: pulumi.Resource[] = [];

  protected constructor(
    type: string,
    name: string,
    own: UsersHostKind,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(type, name, {}, opts);
    const { site, hostName, networksInUse, containersInUse, engine } = own;
    this.hostName = hostName;
    this.kind = own.kind;
    this.engineVersion = own.engineVersion;
    this.site = site;
    this.shell = own.shell;
    this.networksInUse = networksInUse;
    this.containersInUse = containersInUse;
    for (const { name: holder, subnet, owner } of networksInUse) {
      if (owner !== site.stack)
        site.plan.inUse(subnet, `${holder}, which is in use on ${own.machine}`, hostName);
    }
    this.defaultSubnet = networksInUse.find((network) => network.name === "bridge")?.subnet;
    this.labels = dockerLabels(site);
    this.provider = new docker.Provider(
      `${name}-engine`,
      { ...engine, host: site.sound(engine.host) },
      { parent: this },
    );
  }

  engineName(name: string): string {
    return `${namePrefix(this.site.scope)}${name}`;
  }

  image(reference: pulumi.Input<string>): pulumi.Input<string> {
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
      commandArgs(this.shell, { ...script, apply: this.site.sound(script.apply) }),
      { parent, dependsOn: [...this.ready, ...after], deleteBeforeReplace: true, ...secretOutputs(script) },
    );
  }
}
