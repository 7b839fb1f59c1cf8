/**
 * How long labs take, as a user waits for them: `npm run bench -- [LABS] [RUNS]` (default: user-bridge, 3).
 * LABS are names with commas between, or `all`. Each figure is the wall time of one whole `vethlab` process: the median,
 * with the fastest and the slowest.
 */
import { readdirSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import Table from "cli-table3";
import { execa } from "execa";
import { packageRoot } from "../toolchain/paths.ts";

const [labs = "user-bridge", runs = "3"] = process.argv.slice(2);
const names =
  labs === "all"
    ? readdirSync(join(packageRoot, "stacks")).map((file) => file.replace(/\.ts$/, ""))
    : labs.split(",");

const head = ["lab", "up, from nothing to verified", "up again, no change, verified", "verify", "down"];

/** Seconds that `vethlab ARGS` takes. */
async function seconds(args: string[]): Promise<number> {
  const began = performance.now();
  await execa(process.execPath, [join(packageRoot, "cli", "vethlab.mjs"), ...args]);
  return (performance.now() - began) / 1000;
}

/** `9.70 (9.41-10.22)`: median, fastest, slowest. */
function figures(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b).map((time) => time.toFixed(2));
  const [fastest = "", slowest = fastest] = [sorted[0], sorted.at(-1)];
  const median = sorted[Math.floor(sorted.length / 2)] ?? "";
  return sorted.length === 1 ? median : `${median} (${fastest}-${slowest})`;
}

const load = (): string =>
  loadavg()
    .map((average) => average.toFixed(1))
    .join(" ");

const table = new Table({ head, style: { head: [], border: [] } });
console.log(`${new Date().toISOString().slice(0, 16)}, load average before: ${load()}`);
for (const lab of names) {
  const stack = `bench-${lab}`;
  const steps = [
    ["up", lab, "--stack", stack],
    ["up", stack],
    ["verify", stack],
    ["down", stack],
  ];
  const times = steps.map((): number[] => []);
  for (let run = 0; run < Number(runs); run++) {
    for (const [index, args] of steps.entries()) times[index]?.push(await seconds(args));
  }
  table.push([lab, ...times.map(figures)]);
}
console.log(table.toString());
console.log(`load average after: ${load()}`);
