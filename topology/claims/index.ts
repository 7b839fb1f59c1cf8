/** What can be claimed of a lab: what lab files claim with, and what the topology document holds. */
export * from "./claim.ts";
export * from "./firewall.ts";
export * from "./interfaces.ts";
export * from "./negative.ts";
export * from "./networks.ts";
export * from "./overlays.ts";
export * from "./positive.ts";
export * from "./probes.ts";
export * from "./services.ts";
export * from "./target.ts";
export * from "./wire.ts";
export type { NetworkRef, NodeRef, SenderRef, ServiceRef } from "../refs.ts";
