import Table from "cli-table3";
import { type ClaimResult, type Report, summaryOf } from "./results.ts";

export interface TableOptions {
  /** Whether to colour. Default: whether standard output is a terminal, and NO_COLOR is not set. */
  colour?: boolean;
}

/** Columns of text inside the borders: 110 characters in all. */
const WIDTHS = [3, 39, 17, 38, 7];

/** The claims as a table for people, failed claims first, with a summary below. */
export function reportTable(report: Report, { colour = coloursWanted() }: TableOptions = {}): string {
  const paint = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[39m` : text);
  const table = new Table({
    head: ["", "claim", "expected", "observed", "ms"],
    colWidths: WIDTHS,
    colAligns: ["left", "left", "left", "left", "right"],
    wordWrap: true,
    style: { head: [], border: [], compact: true },
  });
  const failed = report.results.filter(({ holds }) => !holds);
  for (const result of [...failed, ...report.results.filter(({ holds }) => holds)]) {
    table.push([
      result.holds ? paint(32, "✔") : paint(31, "✘"),
      result.claim,
      result.expected,
      result.holds ? result.observed : paint(31, result.observed),
      Math.round(result.seconds * 1000),
    ]);
  }
  return [table.toString(), ...failureLines(failed), summaryOf(report)].join("\n");
}

function failureLines(failed: readonly ClaimResult[]): string[] {
  if (failed.length === 0) return [];
  return ["See for yourself:", ...failed.map(({ byHand }) => `  ${byHand}`)];
}

function coloursWanted(): boolean {
  return process.stdout.isTTY && !process.env["NO_COLOR"];
}
