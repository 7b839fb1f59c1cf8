/** All that a lab file imports: components, claims, drills, settings. */
export * from "./components/index.ts";
export * from "./checks/claims.ts";
export * from "./topology/config.ts";
export * from "./topology/drill-scripts.ts";
export * from "./topology/drills.ts";
export type { EngineVersion } from "./topology/engines.ts";
export type { Machine } from "./topology/machine.ts";
export * from "./topology/overlay-drills.ts";
export * from "./topology/swarm-drill-scripts.ts";
