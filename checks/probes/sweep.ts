import { destinationOf } from "../targets.ts";
import type { Target } from "../../topology/claims/index.ts";
import type { Topology } from "../../topology/document.ts";
import { firstLine, PATIENCE_SECONDS, type ProbeKind } from "./probe-kind.ts";

/** ICMP echo to many targets at once, by fping. */
export const sweep: ProbeKind<"sweep"> = {
  answers: ["no reply"],
  command: (topology, { from, to }, windowSeconds = PATIENCE_SECONDS) => [
    ...["fping", "-q", "-i", "1", "-c", "3"],
    ...["-p", milliseconds(windowSeconds * 0.4), "-t", milliseconds(windowSeconds * 0.2)],
    ...["--", ...addressesOf(topology, from, to)],
  ],
  observe({ status, stderr }) {
    const [, error, reporter = ""] = /^ICMP (.+) from (\S+) for ICMP Echo/m.exec(stderr) ?? [];
    if (error !== undefined) return { outcome: "turned away", text: `${error}, says ${reporter}` };
    const counts = [...stderr.matchAll(/^(\S+) +: xmt\/rcv\/%loss = (\d+)\/(\d+)/gm)];
    const answering = counts.filter(([, , , received]) => received !== "0").map(([, address]) => address);
    if (answering.length > 0) return { outcome: "reply", text: `reply from ${answering.join(", ")}` };
    // 1: some are unreachable, and nothing else was wrong (fping(8)).
    return counts.length > 0 && status === 1
      ? { outcome: "silence", text: `no reply from any of ${counts.length}` }
      : { outcome: "failed", text: firstLine(stderr) || `fping ended with status ${status}` };
  },
  byHand: (topology, { from, to }) => ["fping", "-c", "1", ...addressesOf(topology, from, to)],
};

function milliseconds(seconds: number): string {
  return String(Math.ceil(seconds * 1000));
}

function addressesOf(topology: Topology, from: string, to: readonly Target[]): string[] {
  return [...new Set(to.map((target) => destinationOf(topology, from, target)))];
}
