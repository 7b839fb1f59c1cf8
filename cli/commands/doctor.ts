import type { HostChoice } from "../../topology/host-kind.ts";
import { enterLabEnvironment } from "../environment.ts";
import { type Examination, examine, type Finding } from "../examination.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { hostWords } from "../needs.ts";
import { steps } from "../showing/progress.ts";

/** `vethlab doctor`: what labs need of this machine, and whether it has that. */
export async function doctor({ json = false }: { json?: boolean }): Promise<ExitCode> {
  await enterLabEnvironment();
  const found: Examination[] = [];
  await steps(json, [["Looking at this machine", async () => void found.push(await examine())]]);
  const [examination] = found;
  if (examination === undefined) return EXIT.machineLacks;
  console.log(json ? JSON.stringify(examination, undefined, 2) : describe(examination));
  return examination.labs.some(({ missing }) => missing.length === 0) ? EXIT.allWell : EXIT.machineLacks;
}

function describe({ machine, kernel, labs }: Examination): string {
  return [
    "This machine",
    ...lines(machine),
    ...(kernel.length > 0 ? ["", "Its kernel, as tried out in a container", ...lines(kernel)] : []),
    "",
    "Labs",
    ...labs.flatMap(({ lab, host, missing }) =>
      missing.length === 0
        ? [`  ✔ ${lab} can run here${host === undefined ? "" : `, ${standing(host)}`}`]
        : [`  ✖ ${lab} cannot run here`, ...missing.map((why) => `      ${why}`)],
    ),
  ].join("\n");
}

function standing({ kind, why }: HostChoice): string {
  return why === undefined ? hostWords[kind] : `${hostWords[kind]}: ${why}`;
}

function lines(findings: readonly Finding[]): string[] {
  const widest = Math.max(...findings.map(({ what }) => what.length));
  return findings.map(({ what, ok, found }) => `  ${ok ? "✔" : "✖"} ${what.padEnd(widest)}  ${found}`);
}
