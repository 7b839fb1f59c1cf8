import { z } from "zod";
import { isAddress } from "../addresses.ts";
import { nameOfNode, type NodeRef } from "../refs.ts";

/** The target of a packet: a node (by its address or its name), or an address or name that is no node. */
export const Target = z.discriminatedUnion("by", [
  z.strictObject({
    by: z.literal("node-address"),
    node: z.string().describe("the node"),
    network: z.string().describe("the network").optional(),
  }),
  z.strictObject({ by: z.literal("node-name"), node: z.string().describe("the node") }),
  z.strictObject({ by: z.literal("address"), address: z.string().describe("an IPv4 address") }),
  z.strictObject({ by: z.literal("name"), name: z.string().describe("a host name of no node") }),
]);
export type Target = z.infer<typeof Target>;

/** The target of a packet. A text that reads as an address is one; any other text is a node, by its address. */
export type To = NodeRef | Target;

/** A node by its address, for a node on several networks by its address on `network`. */
export function addressOf(node: NodeRef, network?: string): Target {
  return { by: "node-address", node: nameOfNode(node), ...(network === undefined ? {} : { network }) };
}

/** A node by its name. */
export function nameOf(node: NodeRef): Target {
  return { by: "node-name", node: nameOfNode(node) };
}

/** A plain address, of no node. */
export function address(text: string): Target {
  return { by: "address", address: text };
}

/** A plain host name, of no node. */
export function hostName(text: string): Target {
  return { by: "name", name: text };
}

/** A host beyond the lab: an address when the text reads as one, else a host name. */
export function hostBeyond(text: string): Target {
  return isAddress(text) ? address(text) : hostName(text);
}

/**
 * A target in the sentence of a claim.
 *
 * @internal
 */
export function describeTarget(to: To): string {
  const target = toTarget(to);
  switch (target.by) {
    case "address":
      return target.address;
    case "name":
      return target.name;
    case "node-name":
      return `${target.node} by name`;
    case "node-address":
      return target.network === undefined ? target.node : `${target.node} on ${target.network}`;
  }
}

/**
 * The target that a text stands for.
 *
 * @internal
 */
export function toTarget(to: To): Target {
  if (typeof to === "object" && "by" in to) return to;
  return typeof to === "string" && isAddress(to) ? address(to) : addressOf(to);
}
