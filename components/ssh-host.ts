import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { imageReference } from "../images/recipe.ts";
import type { SshMachine } from "../topology/machine.ts";
import { inQuotes } from "../topology/shell.ts";
import { sshOptions, sshShell } from "../topology/ssh.ts";
import { commandArgs } from "./host.ts";
import type { LocalHost } from "./local-host.ts";
import { UsersHost } from "./users-host.ts";

export interface SshHostArgs {
  /** The user's own engine: the box image is brought from there. */
  local: LocalHost;
  /** The machine, as it was looked at before. */
  machine: SshMachine;
}

/**
 * A machine of the user's, reached by ssh: its Docker engine, and a shell beside it.
 *
 * @example const host1 = new SshHost("host1", { local, machine });
 */
export class SshHost extends UsersHost {
  readonly node: string;
  /** Where it was reached by ssh, and other machines reach it. */
  readonly address: string;
  readonly nodes: { image: command.local.Command };

  constructor(name: string, args: SshHostArgs, opts?: pulumi.ComponentResourceOptions) {
    const { local, machine } = args;
    const { target, networksInUse } = machine;
    super(
      "vethlab:host:SshHost",
      name,
      {
        kind: "ssh",
        hostName: name,
        site: local.site,
        networksInUse,
        machine: target.destination,
        engine: { host: target.url, sshOpts: sshOptions(target) },
        shell: sshShell(target),
      },
      opts,
    );
    this.node = name;
    this.address = machine.address ?? "";
    this.#plan(machine);
    this.nodes = { image: this.#bring(imageReference("box")) };
    this.ready.push(this.nodes.image);
    this.site.hosts.push(() =>
      pulumi.output({ name, kind: this.kind, shell: this.shell, address: this.address }),
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

  override image(reference: string): pulumi.Input<string> {
    return this.nodes.image.id.apply(() => reference);
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
              `there() { ${this.shell.map(inQuotes).join(" ")} "$@"; }`,
              `if ! there docker image inspect ${image} >/dev/null 2>&1; then`,
              `  docker save ${image} | there docker load --quiet >/dev/null`,
              `  there docker tag ${image} ${brought}`,
              "fi",
              `there docker tag ${image} ${mine}`,
            ].join("\n"),
          ),
          undo: [
            `there() { ${this.shell.map(inQuotes).join(" ")} "$@"; }`,
            `there sh -c ${inQuotes(
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

  #plan({ target, problem }: SshMachine): void {
    const { plan } = this.site;
    plan.name({
      scope: "nodes",
      place: `hosts.${this.hostName}`,
      name: this.hostName,
      kind: "container",
    });
    if (problem !== undefined) plan.problem({ place: "config.machines", value: target.url, ...problem });
  }
}
