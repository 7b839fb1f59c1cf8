import type { Builder } from "junit-report-builder";
import junit from "junit-report-builder";
import type { Report } from "./results.ts";

/** The claims as a JUnit report: one suite for each report, one test case for each claim. */
export function reportJUnit(...reports: readonly Report[]): string {
  // The package's types describe one `default` more than Node gives.
  const builder = (junit as unknown as Builder).newBuilder();
  for (const report of reports) addSuite(builder, report);
  return builder.build();
}

function addSuite(builder: Builder, report: Report): void {
  const suite = builder
    .testSuite()
    .name(`vethlab ${report.stack}`)
    .timestamp(report.startedAt.slice(0, 19)) // a Date would be written in local time
    .time(report.seconds);
  for (const { claim, polarity, holds, expected, observed, seconds, byHand } of report.results) {
    const testCase = suite.testCase().className(`${report.lab}.${polarity}`).name(claim).time(seconds);
    if (!holds) testCase.failure(`expected ${expected}, observed ${observed}\n${byHand}`);
  }
}
