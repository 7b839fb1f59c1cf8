/** All that lab files claim with. */
export * from "../topology/claims/index.ts";
