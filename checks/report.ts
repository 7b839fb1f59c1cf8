/** Results and tables. `reportJUnit` is in junit.ts, since its library is slow to load. */
export { type ClaimResult, exitStatusOf, type Report, summaryOf } from "./results.ts";
export { reportTable, type TableOptions } from "./table.ts";
