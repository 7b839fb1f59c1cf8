/** All that lab files make drills with. */
export * from "../topology/drill-scripts.ts";
export * from "../topology/drills.ts";
export * from "../topology/overlay-drills.ts";
export * from "../topology/swarm-drill-scripts.ts";
