/**
 * How long a lab takes, as a user waits for it: `npm run bench -- [LAB] [RUNS]` (default: user-bridge, 3).
 * Each figure is the wall time of one whole `vethlab` process; the median, with the fastest and the slowest.
 */
import { join } from "node:path";
import Table from "cli-table3";
import { execa } from "execa";
import { projectRoot } from "../toolchain/paths.ts";

const [lab = "user-bridge", runs = "3"] = process.argv.slice(2);
const stack = `bench-${lab}`;

const steps: [name: string, args: string[]][] = [
  ["up, from nothing to verified", ["up", lab, "--stack", stack]],
  ["up again, nothing to change, verified", ["up", stack]],
  ["verify", ["verify", stack]],
  ["down", ["down", stack]],
];

/** Seconds that `vethlab ARGS` takes. */
async function seconds(args: string[]): Promise<number> {
  const began = performance.now();
  await execa(process.execPath, [join(projectRoot, "cli", "vethlab.mjs"), ...args]);
  return (performance.now() - began) / 1000;
}

const times = steps.map((): number[] => []);
for (let run = 0; run < Number(runs); run++) {
  for (const [index, [, args]] of steps.entries()) times[index]?.push(await seconds(args));
}

const table = new Table({ head: [lab, "median s", "fastest", "slowest"], style: { head: [], border: [] } });
for (const [index, [name]] of steps.entries()) {
  const sorted = (times[index] ?? []).toSorted((a, b) => a - b);
  const figures = [sorted[Math.floor(sorted.length / 2)], sorted[0], sorted.at(-1)];
  table.push([name, ...figures.map((figure) => figure?.toFixed(2) ?? "")]);
}
console.log(table.toString());
