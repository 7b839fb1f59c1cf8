import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { imageReference } from "../images/recipe.ts";
import type { SshMachine } from "../topology/machine.ts";
import { sshOptions, sshShell } from "../topology/ssh.ts";
import { commandArgs, dockerLabels, type Host, type HostScript, secretOutputs } from "./host.ts";
import type { LocalHost } from "./local-host.ts";
import type { Site } from "./site.ts";

export interface SshHostArgs {
  /** The user's own engine: the box image is brought from there. */
  local: LocalHost;
  /** The machine, as it was looked at before. */
  machine: SshMachine;
}

/**
 * A machine of the user's, reached by ssh: its Docker engine, and a shell beside it. Names there carry the stack's and
 * everything carries its labels, since others use it too; its network and firewall are left alone.
 *
 * @example const host1 = new SshHost("host1", { local, machine });
 */
export class SshHost extends pulumi.ComponentResource implements Host {
  readonly hostName: string;
  readonly node: string;
  readonly kind = "ssh";
  readonly site: Site;
  readonly provider: docker.Provider;
  readonly labels: Host["labels"];
  /** Where it was reached by ssh, and other machines reach it. */
  readonly address: string;
  readonly defaultSubnet: string | undefined;
  readonly nodes: { image: command.local.Command };
  readonly #shell: string[];

  constructor(name: string, args: SshHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:host:SshHost", name, {}, opts);
    const { local, machine } = args;
    const { target, networksInUse } = machine;
    this.hostName = name;
    this.node = name;
    this.site = local.site;
    this.address = machine.address ?? "";
    this.defaultSubnet = networksInUse.find((network) => network.name === "bridge")?.subnet;
    this.#shell = sshShell(target);
    this.#plan(machine);
    this.labels = dockerLabels(this.site);
    this.provider = new docker.Provider(
      `${name}-engine`,
      { host: this.site.sound(target.url), sshOpts: sshOptions(target) },
      { parent: this },
    );
    this.nodes = { image: this.#bring(imageReference("box")) };
    this.site.hosts.push(() =>
      pulumi.output({ name, kind: this.kind, shell: this.#shell, address: this.address }),
    );
    this.site.nodes.push(() =>
      pulumi.output({
        name,
        kind: "host",
        host: name,
        interfaces: [{ network: "underlay", address: this.address, prefixLength: 32 }],
      }),
    );
    this.registerOutputs({ address: this.address });
  }

  engineName(name: string): string {
    return `vethlab-${this.site.stack}-${name}`;
  }

  image(reference: string): pulumi.Input<string> {
    return this.nodes.image.id.apply(() => reference);
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
      commandArgs(this.#shell, { ...script, apply: this.site.sound(script.apply) }),
      {
        parent,
        dependsOn: [this.nodes.image, ...after],
        deleteBeforeReplace: true,
        ...secretOutputs(script),
      },
    );
  }

  /**
   * Brings an image there. A tag for each stack tells who uses it; one more, that it was brought and did not stand there
   * before: with the last stack it goes.
   */
  #bring(image: string): command.local.Command {
    const tag = image.replace(/^vethlab\//, "");
    const brought = `vethlab-brought/${tag}`;
    const mine = `vethlab-${this.site.stack}/${tag}`;
    return new command.local.Command(
      `${this.hostName}-image`,
      {
        ...commandArgs([], {
          apply: this.site.sound(
            [
              `there() { ${this.#shell.map(word).join(" ")} "$@"; }`,
              `if ! there docker image inspect ${image} >/dev/null 2>&1; then`,
              `  docker save ${image} | there docker load --quiet >/dev/null`,
              `  there docker tag ${image} ${brought}`,
              "fi",
              `there docker tag ${image} ${mine}`,
            ].join("\n"),
          ),
          undo: [
            `there() { ${this.#shell.map(word).join(" ")} "$@"; }`,
            `there sh -c ${word(
              [
                `docker image rm ${mine} >/dev/null 2>&1`,
                `docker image inspect ${brought} >/dev/null 2>&1 || exit 0`,
                `docker image ls --format '{{.Repository}}:{{.Tag}}' | grep '^vethlab-.*/${tag}$' | grep -qv '^${brought}$' && exit 0`,
                `docker image rm ${brought} ${image} >/dev/null`,
              ].join("\n"),
            )}`,
          ].join("\n"),
          triggers: [image],
        }),
      },
      { parent: this, deleteBeforeReplace: true },
    );
  }

  #plan({ target, problem, networksInUse }: SshMachine): void {
    const { plan, stack } = this.site;
    plan.name({
      scope: "nodes",
      place: `hosts.${this.hostName}`,
      name: this.hostName,
      kind: "container",
    });
    if (problem !== undefined) plan.problem({ place: "config.machines", value: target.url, ...problem });
    for (const { name, subnet, owner } of networksInUse) {
      if (owner !== stack)
        plan.inUse(subnet, `${name}, which is in use on ${target.destination}`, this.hostName);
    }
  }
}

/** One word of the shell. */
function word(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
