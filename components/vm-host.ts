import type * as pulumi from "@pulumi/pulumi";
import { vmCapabilities, vmSecurityOptions } from "../images/host-capabilities.ts";
import { imageReference } from "../images/recipe.ts";
import { type ArgumentNames, refuseUnknown } from "./arguments.ts";
import { LabHost, type LabHostArgs } from "./lab-host.ts";

export type VmHostArgs = LabHostArgs;

const ARGUMENTS: ArgumentNames<VmHostArgs> = {
  underlay: true,
  address: true,
  outside: true,
  image: true,
  transport: true,
};

/**
 * A lab host with a kernel of its own: its engine runs in a virtual machine in the container, with the container's address.
 * For features that the machine's kernel lacks: ip_vs (service addresses, ingress), esp (encrypted overlays). The virtual
 * machine starts from a snapshot in 2 s; without a snapshot it boots in 15 s and more.
 *
 * @example const host1 = new VmHost("host1", { underlay });
 */
export class VmHost extends LabHost {
  constructor(name: string, args: VmHostArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseUnknown(`hosts.${name}`, args, ARGUMENTS);
    const { vm } = args.underlay.site.machine;
    super(
      "vethlab:host:VmHost",
      name,
      args,
      {
        kind: "vm",
        transports: ["socket"],
        image: imageReference("vm"),
        // Debian trixie's.
        engineVersion: args.image === undefined ? "26.1" : undefined,
        privileges: {
          capabilities: { drops: ["ALL"], adds: [...vmCapabilities] },
          securityOpts: [...vmSecurityOptions],
          devices: ["/dev/net/tun", ...(vm?.kvm === true ? ["/dev/kvm"] : [])].map((path) => ({
            hostPath: path,
            containerPath: path,
            permissions: "rwm",
          })),
        },
        mounts:
          vm === undefined ? [] : [{ type: "volume", source: vm.snapshot, target: "/vm", readOnly: true }],
        enter: ["vethlab-vm", "exec"],
        askEngine: ["env", "DOCKER_HOST=unix:///run/vethlab/docker.sock"],
      },
      opts,
    );
  }
}
