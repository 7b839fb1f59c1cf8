import { z } from "zod";
import { firewallSchemas } from "./firewall.ts";
import { summary } from "./inspecting.ts";
import { interfaceSchemas } from "./interfaces.ts";
import { NegativeClaim } from "./negative.ts";
import { networkSchemas } from "./networks.ts";
import { overlaySchemas } from "./overlays.ts";
import { PositiveClaim } from "./positive.ts";
import { serviceSchemas } from "./services.ts";
import { wireSchemas } from "./wire.ts";

/** A claim about what the kernel of a node holds, read and compared; tried again until its deadline. */
export const InspectionClaim = z.strictObject({
  summary,
  inspect: z
    .discriminatedUnion("kind", [
      ...interfaceSchemas,
      ...firewallSchemas,
      ...networkSchemas,
      ...overlaySchemas,
      ...wireSchemas,
      ...serviceSchemas,
    ])
    .describe("what is read and compared"),
});
export type InspectionClaim = z.infer<typeof InspectionClaim>;
export type Inspection = InspectionClaim["inspect"];

/** All that can be claimed. */
export const Claim = z.union([PositiveClaim, NegativeClaim, InspectionClaim]).meta({ id: "Claim" });
export type Claim = z.infer<typeof Claim>;
