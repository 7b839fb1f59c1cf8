/** Claims of a lab, and the runner that tests them. */
export * from "./claims.ts";
export * from "./report.ts";
export { testClaims, type TestOptions } from "./run.ts";
