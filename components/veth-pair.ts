import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { isSubnet, parseSubnet, subnetOf } from "../topology/addresses.ts";
import { type ArgumentNames, recorded, refuseUnknown } from "./arguments.ts";
import type { LinuxBridge } from "./linux-bridge.ts";
import type { Namespace } from "./namespace.ts";
import { ownedBy } from "./ownership.ts";

/** One end of a pair: in a namespace, or plugged into a bridge of the host. */
export type VethEnd = {
  /** Name of the interface (`ip link`): up to 15 characters. */
  interface: string;
} & (
  | {
      namespace: Namespace;
      /** IPv4 address with prefix length (`ip address add`): `192.168.1.1/24`. Default: none. */
      address?: string;
    }
  | { bridge: LinuxBridge }
);

export interface VethPairArgs {
  /** Its two ends, of one host. */
  ends: [VethEnd, VethEnd];
  /** Whether both ends are up. Default: true. */
  up?: boolean;
}

const ARGUMENTS: ArgumentNames<VethPairArgs> = { ends: true, up: true };

const END: ArgumentNames<VethEnd> = { interface: true, namespace: true, address: true, bridge: true };

/**
 * Two interfaces joined back to back (`ip link add A type veth peer name B`): what enters one leaves the other.
 *
 * @example
 * new VethPair("veth", {
 *   ends: [
 *     { namespace: ns1, interface: "veth-ns1", address: "192.168.1.1/24" },
 *     { namespace: ns2, interface: "veth-ns2", address: "192.168.1.2/24" },
 *   ],
 * });
 */
export class VethPair extends pulumi.ComponentResource {
  readonly resources: { pair: command.local.Command };

  constructor(name: string, args: VethPairArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:namespace:VethPair", name, recorded(args), opts);
    refuseUnknown(`links.${name}`, args, ARGUMENTS);
    const { ends, up = true } = args;
    for (const [index, end] of ends.entries()) refuseUnknown(`links.${name}.ends[${index}]`, end, END);
    const [a, b] = ends;
    const { host } = owner(a);
    plan(name, ends);
    const pair = host.exec(
      `${name}-pair`,
      {
        file: "veth-pair",
        apply: "add",
        undo: "delete",
        environment: {
          ...variablesOf("A", a),
          ...variablesOf("B", b),
          STATE: up ? "up" : "down",
          ...ownedBy(host, `${name}-pair`),
        },
        triggers: [JSON.stringify(ends.map(placeOf))],
      },
      this,
      ends.map((end) => ("bridge" in end ? end.bridge.resources.bridge : end.namespace.resources.namespace)),
    );
    this.resources = { pair };
    for (const [index, end] of ends.entries()) {
      if (!("address" in end)) continue;
      const [address = "", prefix = ""] = end.address.split("/");
      end.namespace.interfaces.push(
        pair.stdout.apply((lines) => ({
          network: name,
          interface: end.interface,
          address,
          prefixLength: Number(prefix),
          mac: macIn(lines.trim().split("\n")[index]),
        })),
      );
    }
    host.site.networks.push(() => ({ name, driver: "veth", host: host.hostName }));
    this.registerOutputs({});
  }
}

function owner(end: VethEnd): Namespace | LinuxBridge {
  return "bridge" in end ? end.bridge : end.namespace;
}

/** The variables of the script for an end. */
function variablesOf(letter: "A" | "B", end: VethEnd): Record<string, string> {
  return {
    [`${letter}_INTERFACE`]: end.interface,
    [`${letter}_NAMESPACE`]: "bridge" in end ? "" : end.namespace.node,
    [`${letter}_BRIDGE`]: "bridge" in end ? end.bridge.bridgeName : "",
    [`${letter}_ADDRESS`]: "bridge" in end ? "" : (end.address ?? ""),
  };
}

/** The properties that cannot change on a standing pair. */
function placeOf(end: VethEnd): object {
  return "bridge" in end
    ? { interface: end.interface, bridge: end.bridge.bridgeName }
    : { interface: end.interface, namespace: end.namespace.node, address: end.address ?? "" };
}

/** The MAC address in the output of `ip -json link show`. */
function macIn(line: string | undefined): string {
  const [link] = JSON.parse(line ?? "[]") as { address?: string }[];
  return link?.address ?? "";
}

function plan(name: string, ends: [VethEnd, VethEnd]): void {
  const { site } = owner(ends[0]).host;
  const key = `veth/${name}`;
  for (const [index, end] of ends.entries()) {
    const place = `links.${name}.ends[${index}]`;
    const at = "bridge" in end ? end.bridge.host.hostName : end.namespace.node;
    site.plan.name({
      scope: `interfaces of ${at}`,
      place: `${place}.interface`,
      name: end.interface,
      kind: "interface",
    });
    if (!("address" in end)) continue;
    const subnet = subnetOf(end.address);
    if (index === 0 && isSubnet(parseSubnet(subnet ?? ""))) {
      site.plan.network({
        key,
        place: `links.${name}`,
        name,
        subnet: subnet ?? "",
        gateway: null,
        realms: ends.flatMap((each) => ("bridge" in each ? [] : [each.namespace.node])),
      });
    }
    site.plan.member({
      network: key,
      place: `${place}.address`,
      node: at,
      address: end.address.split("/")[0],
    });
    const [other] = ends.filter((each) => each !== end);
    if (other !== undefined && "bridge" in other) {
      site.plan.only({
        scope: `addresses on ${other.bridge.bridgeName} of ${other.bridge.host.hostName}`,
        place: `${place}.address`,
        value: end.address.split("/")[0] ?? "",
        what: `address on ${other.bridge.bridgeName}`,
        fix: "use another: both ends are on one link",
      });
    }
    if (subnet === undefined) {
      site.plan.problem({
        place: `${place}.address`,
        value: end.address,
        allowed: "an address is written with its prefix length",
        fix: "for example 192.168.1.1/24",
      });
    }
  }
}
