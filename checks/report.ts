/** What came of testing, and how people are shown it. (`reportJUnit` is in junit.ts: its library is slow to load.) */
export { type ClaimResult, exitStatusOf, type Report, summaryOf } from "./results.ts";
export { reportTable, type TableOptions } from "./table.ts";
