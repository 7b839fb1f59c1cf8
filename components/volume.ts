import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { type ArgumentNames, recorded, refuseUnknown } from "./arguments.ts";
import type { Host } from "./host.ts";

export interface VolumeArgs {
  /** The host whose engine has the volume. */
  host: Host;
}

const ARGUMENTS: ArgumentNames<VolumeArgs> = { host: true };

/**
 * A volume (`docker volume create`), for one box or several: files in it outlive a box, and go with the lab.
 *
 * @example
 * const data = new Volume("data", { host: host1 });
 * new Box("db", { networks: [{ network }], mounts: [{ type: "volume", source: data, target: "/var/lib/db" }] });
 */
export class Volume extends pulumi.ComponentResource {
  /** The lab's name for it. */
  readonly volumeName: string;
  /** The host that it stands on. */
  readonly host: Host;
  /** Name on the host's engine. */
  readonly engineName: string;
  readonly resources: { volume: docker.Volume };

  constructor(name: string, args: VolumeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:container:Volume", name, recorded(args), opts);
    refuseUnknown(`volumes.${name}`, args, ARGUMENTS);
    const { host } = args;
    this.volumeName = name;
    this.host = host;
    this.engineName = host.engineName(name);
    host.site.plan.name({
      scope: `volumes of ${host.hostName}`,
      place: `volumes.${name}`,
      name,
      kind: "volume",
    });
    const volume = new docker.Volume(
      `${name}-volume`,
      { name: this.engineName, labels: host.labels },
      { ...host.inside(this), deleteBeforeReplace: true },
    );
    this.resources = { volume };
    this.registerOutputs({});
  }
}
