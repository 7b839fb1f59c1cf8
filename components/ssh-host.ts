import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { imageReference } from "../images/recipe.ts";
import { contains, isSubnet, parseSubnet } from "../topology/addresses.ts";
import type { MachineAddress, SshMachine } from "../topology/machine.ts";
import { wordLines } from "../scripts/index.ts";
import { fullName } from "../topology/scope.ts";
import { sshShell } from "../scripts/ssh.ts";
import { sshOptions } from "../topology/ssh.ts";
import { type ArgumentNames, refuseUnknown } from "./arguments.ts";
import { commandArgs, type HostScript } from "./host.ts";
import type { LocalHost } from "./local-host.ts";
import { UsersHost } from "./users-host.ts";

export interface SshHostArgs {
  /** The user's own engine, from which the box image is brought. */
  local: LocalHost;
  /** The facts of the machine. */
  machine: SshMachine;
  /**
   * IPv4 CIDR of the network on which the machines reach one another. Default: each machine has the address at which ssh
   * reaches it.
   */
  underlay?: string | undefined;
}

const ARGUMENTS: ArgumentNames<SshHostArgs> = { local: true, machine: true, underlay: true };

/**
 * A machine of the user's, reached by ssh: its Docker engine, and a shell beside it.
 *
 * @example const host1 = new SshHost("host1", { local, machine });
 */
export class SshHost extends UsersHost {
  /** Its name as a node of the lab. */
  readonly node: string;
  /** The address at which other machines reach it. */
  readonly address: string;
  readonly mtuBytes: number | undefined;
  readonly resources: { image: command.local.Command };
  readonly #url: string;

  constructor(name: string, args: SshHostArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseUnknown(`hosts.${name}`, args, ARGUMENTS);
    const { local, machine, underlay } = args;
    const { target, networksInUse, containersInUse = [] } = machine;
    super(
      "vethlab:host:SshHost",
      name,
      {
        kind: "ssh",
        hostName: name,
        site: local.site,
        engineVersion: machine.engineVersion,
        networksInUse,
        containersInUse,
        machine: target.destination,
        engine: { host: target.url, sshOpts: sshOptions(target) },
        shell: sshShell(target),
      },
      opts,
    );
    this.node = name;
    this.#url = target.url;
    const own = addressOn(machine, underlay);
    this.address = own?.address ?? machine.address ?? "";
    this.mtuBytes = own?.mtuBytes;
    this.#plan(machine, underlay);
    this.resources = { image: this.#bring(imageReference("box")) };
    this.ready.push(this.resources.image);
    this.site.hosts.push(() => ({ name, kind: this.kind, shell: this.shell, address: this.address }));
    this.site.nodes.push(() => ({
      name,
      kind: "host",
      host: name,
      interfaces: [{ network: "underlay", address: this.address, prefixLength: own?.prefixLength ?? 32 }],
    }));
    this.registerOutputs({ address: this.address });
  }

  /** A change of the machine undoes the script on the old machine first. */
  override exec(
    name: string,
    script: HostScript,
    parent: pulumi.Resource,
    after: pulumi.Resource[] = [],
  ): command.local.Command {
    return super.exec(name, { ...script, triggers: [this.#url, ...(script.triggers ?? [])] }, parent, after);
  }

  /** Its own engine pulls what it does not have. */
  override image(reference: pulumi.Input<string>): pulumi.Input<string> {
    return this.resources.image.id.apply(() => pulumi.output(reference));
  }

  #bring(image: string): command.local.Command {
    return new command.local.Command(
      `${this.hostName}-image`,
      commandArgs([], {
        file: "brought-image",
        apply: this.site.sound("bring"),
        undo: "drop",
        environment: { STACK: fullName(this.site.scope), IMAGE: image, THERE: wordLines(this.shell) },
        triggers: [this.#url, image],
      }),
      { parent: this, deleteBeforeReplace: true },
    );
  }

  #plan(machine: SshMachine, underlay: string | undefined): void {
    const { plan } = this.site;
    const { target, problem, addresses = [] } = machine;
    plan.name({
      scope: "nodes",
      place: `hosts.${this.hostName}`,
      name: this.hostName,
      kind: "container",
    });
    if (problem !== undefined) {
      plan.problem({ place: "config.machines", value: target.url, ...problem });
    } else if (underlay !== undefined && addressOn(machine, underlay) === undefined) {
      const has = addresses.map((one) => `${one.address} (${one.interface})`).join(", ");
      plan.problem({
        place: "config.underlay",
        value: underlay,
        allowed: `${target.url} has no address in it; it has ${has || "none that is known"}`,
        fix: "give a network that all the machines are on, or leave it out: then it is where ssh reaches them",
      });
    }
  }
}

/** The address at which other machines reach a machine. */
function addressOn(
  { address, addresses = [] }: SshMachine,
  underlay: string | undefined,
): MachineAddress | undefined {
  if (underlay === undefined) return addresses.find((one) => one.address === address);
  const subnet = parseSubnet(underlay);
  return addresses.find((one) => isSubnet(subnet) && contains(subnet, one.address));
}
