import { z } from "zod";

/** Whom a packet is sent to: a node (by its address or its name), or a plain address or name that is no node. */
export const Target = z.discriminatedUnion("by", [
  z.strictObject({ by: z.literal("node-address"), node: z.string(), network: z.string().optional() }),
  z.strictObject({ by: z.literal("node-name"), node: z.string() }),
  z.strictObject({ by: z.literal("address"), address: z.string() }),
  z.strictObject({ by: z.literal("name"), name: z.string() }),
]);
export type Target = z.infer<typeof Target>;
