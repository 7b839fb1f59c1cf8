/** The claims of lab files. */
export * from "../topology/claims/index.ts";
