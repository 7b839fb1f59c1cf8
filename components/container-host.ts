import type * as pulumi from "@pulumi/pulumi";
import { hostCapabilities, hostSecurityOptions } from "../images/host-capabilities.ts";
import { imageReference } from "../images/recipe.ts";
import { defaultEngine, engineImages, engineVersions, type EngineVersion } from "../topology/engines.ts";
import { type ArgumentNames, refuseUnknown } from "./arguments.ts";
import { LabHost, type LabHostArgs } from "./lab-host.ts";

export interface ContainerHostArgs extends LabHostArgs {
  /** Version of its engine: 20.10 is Debian bookworm's, 26.1 Debian trixie's, 28.5 Debian forky's. Default: 20.10. */
  engineVersion?: EngineVersion;
}

const ARGUMENTS: ArgumentNames<ContainerHostArgs> = {
  underlay: true,
  address: true,
  outside: true,
  image: true,
  transport: true,
  engineVersion: true,
};

/**
 * A lab host whose engine runs in the container itself, on the machine's kernel: up in a second.
 *
 * @example const host1 = new ContainerHost("host1", { underlay });
 */
export class ContainerHost extends LabHost {
  constructor(name: string, args: ContainerHostArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseUnknown(`hosts.${name}`, args, ARGUMENTS);
    super(
      "vethlab:host:ContainerHost",
      name,
      args,
      {
        kind: "container",
        transports: ["socket", "tls"],
        image: imageReference(engineImages[args.engineVersion ?? defaultEngine]),
        engineVersion: versionOf(args),
        privileges: {
          capabilities: { adds: [...hostCapabilities] },
          securityOpts: [...hostSecurityOptions],
        },
        enter: [],
      },
      opts,
    );
  }
}

/** An image is one of vethlab's own, or nothing is known of it. */
function versionOf({ image, engineVersion = defaultEngine }: ContainerHostArgs): EngineVersion | undefined {
  if (image === undefined) return engineVersion;
  return engineVersions.find((version) => image === imageReference(engineImages[version]));
}
