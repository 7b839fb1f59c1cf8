import type * as pulumi from "@pulumi/pulumi";
import type { Machine } from "../topology/machine.ts";
import { type ArgumentNames, refuseUnknown } from "./arguments.ts";
import { Site } from "./site.ts";
import { thisMachine } from "./this-machine.ts";
import { UsersHost } from "./users-host.ts";

export interface LocalHostArgs {
  /** The lab that stands here, for labels and the topology. Default: the project's name. */
  lab?: string;
  /** The facts of the machine, so that clashes are found before anything is made. Default: the machine is looked at. */
  machine?: Machine;
}

const ARGUMENTS: ArgumentNames<LocalHostArgs> = { lab: true, machine: true };

/**
 * The user's own Docker engine (DOCKER_HOST, else the default socket). Lab hosts stand on it; a lab may also stand on
 * it directly.
 *
 * @example const local = new LocalHost("local");
 */
export class LocalHost extends UsersHost {
  constructor(name: string, args: LocalHostArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    refuseUnknown(`hosts.${name}`, args, ARGUMENTS);
    const site = new Site(args.lab, args.machine ?? thisMachine());
    super(
      "vethlab:host:LocalHost",
      name,
      {
        kind: "local",
        hostName: "local",
        site,
        engineVersion: site.machine.engine?.version,
        networksInUse: site.machine.networksInUse,
        containersInUse: site.machine.containersInUse ?? [],
        machine: "this machine",
        engine: { host: process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock" },
        shell: [],
      },
      opts,
    );
    site.hosts.push(() => ({ name: this.hostName, kind: this.kind }));
    this.registerOutputs({});
  }
}
