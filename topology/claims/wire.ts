/** Claims about the packets on an interface. */
import { z } from "zod";
import type { ArgumentNames } from "../arguments.ts";
import { type NetworkRef, nameOfNetwork, nameOfNode, type NodeRef } from "../refs.ts";
import type { Inspecting } from "./inspecting.ts";
import { refuseUnknownOptions } from "./options.ts";
import { Ping, type Probe } from "./probes.ts";
import { TasksReach, type TasksReachClaim } from "./services.ts";
import { describeTarget } from "./target.ts";

/** Packets as they are told apart on a wire. */
export const Packets = z.strictObject({
  what: z.string().describe("in words: VXLAN of my-overlay"),
  filter: z.string().describe("in tcpdump's words: udp port 4789"),
  network: z
    .string()
    .optional()
    .describe("the overlay whose VNI (RFC 7348) they must carry, by its name on the host's engine"),
});
export type Packets = z.infer<typeof Packets>;

/** What is claimed. */
export const wireSchemas = [
  z.strictObject({
    kind: z.literal("wire"),
    host: z.string().describe("the lab host on which packets are captured"),
    interface: z.string().describe("name of the interface"),
    during: z
      .discriminatedUnion("kind", [Ping, TasksReach])
      .describe("what is sent meanwhile, and must be answered"),
    seen: Packets.describe("must be among what is captured"),
    notSeen: Packets.optional().describe("must not be among it"),
  }),
] as const;

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

const WIRE: ArgumentNames<Wire> = { interface: true, during: true, seen: true, notSeen: true };
const PACKETS: ArgumentNames<Packets> = { what: true, filter: true, network: true };

/** Packets of this kind, and none of that, pass an interface of a lab host while nodes or tasks ping one another. */
export function wire(host: NodeRef, options: Wire): Inspecting<(typeof wireSchemas)[number]> {
  refuseUnknownOptions(["wire", host], options, WIRE);
  const { interface: interfaceName = "eth0", during, seen, notSeen } = options;
  for (const packets of [seen, notSeen ?? seen]) refuseUnknownOptions(["wire", host], packets, PACKETS);
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
