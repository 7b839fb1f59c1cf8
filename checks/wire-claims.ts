/** Constructors of claims about the packets on an interface, for lab files. */
import type { InspectionClaim, Packets, Probe } from "../topology/claims.ts";
import { type NetworkRef, nameOfNetwork, nameOfNode, type NodeRef } from "../topology/refs.ts";
import { describeTarget } from "./probing.ts";
import type { TasksReachClaim } from "./service-claims.ts";

/** What passes a lab host's interface while pings are answered. */
export interface Wire {
  /** Default: eth0, a lab host's interface on the underlay. */
  interface?: string;
  /** The pings that go on meanwhile: `pingProbe(from, to)`, or `tasksReach(from, service, network)`. */
  during: Extract<Probe, { kind: "ping" }> | TasksReachClaim;
  /** Packets that must be seen. */
  seen: Packets;
  /** Packets that must not be seen; `seen` is their control: what passes in their place. */
  notSeen?: Packets;
}

/** Packets of this kind, and none of that, pass an interface of a lab host while nodes or tasks ping one another. */
export function wire(
  host: NodeRef,
  { interface: interfaceName = "eth0", during, seen, notSeen }: Wire,
): InspectionClaim {
  const what = notSeen === undefined ? seen.what : `${seen.what} and no ${notSeen.what}`;
  const pings = "inspect" in during ? during.inspect : during;
  const meanwhile =
    "inspect" in during ? during.summary : `${during.from} pings ${describeTarget(during.to)}`;
  return {
    summary: `${interfaceName} of ${nameOfNode(host)} carries ${what} while ${meanwhile}`,
    inspect: {
      kind: "wire",
      host: nameOfNode(host),
      interface: interfaceName,
      during: pings,
      seen,
      ...(notSeen === undefined ? {} : { notSeen }),
    },
  };
}

/** VXLAN (RFC 7348) on Docker's port, readable by all who see it, with the VNI of an overlay network. */
export function vxlanOf(network: NetworkRef): Packets {
  const name = nameOfNetwork(network);
  return { what: `VXLAN of ${name}`, filter: "udp port 4789", network: name };
}

/** ESP (RFC 4303): packets that are encrypted. */
export const esp: Packets = { what: "ESP", filter: "ip proto 50" };
