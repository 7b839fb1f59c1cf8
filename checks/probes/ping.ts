import { destinationOf } from "../targets.ts";
import { firstLine, PATIENCE_SECONDS, type ProbeKind, seconds, unresolved } from "./probe-kind.ts";

/** ICMP echo, by ping of iputils. */
export const ping: ProbeKind<"ping"> = {
  answers: ["reply", "no reply", "no way", "unknown name", "unresolved"],
  command: (topology, { from, to }, windowSeconds) => [
    ...["ping", "-n", ...pace(windowSeconds)],
    ...["--", destinationOf(topology, from, to)],
  ],
  observe({ status, stdout, stderr }, ownAddresses) {
    const [, from, milliseconds] = /bytes from ([^\s:]+).*time=([\d.]+) ms/.exec(stdout) ?? [];
    if (status === 0 && from !== undefined) {
      return {
        outcome: "reply",
        text: `reply from ${from} in ${milliseconds} ms`,
        responder: from,
        roundTripSeconds: Number(milliseconds) / 1000,
      };
    }
    const [, reporter = "", error] = /^From (\S+) .*icmp_seq=\d+ (.+)$/m.exec(stdout) ?? [];
    if (error !== undefined) {
      return ownAddresses.has(reporter)
        ? { outcome: "unreachable", text: `${error}, says its own kernel` }
        : { outcome: "turned away", text: `${error}, says ${reporter}` };
    }
    const problem = firstLine(stderr).replace(/^ping: (\w+: )?/, "");
    if (/unreachable|not permitted/.test(problem)) {
      return { outcome: "unreachable", text: `${problem}, says its own kernel` };
    }
    // Only the closing statistics show that packets went out and nothing came back.
    if (/transmitted, 0 (packets )?received/.test(stdout)) return { outcome: "silence", text: "no reply" };
    return unresolved(stderr) ?? { outcome: "failed", text: problem || `ping ended with status ${status}` };
  },
  byHand: (topology, { from, to }) => ["ping", "-c", "1", destinationOf(topology, from, to)],
};

function pace(windowSeconds?: number): string[] {
  if (windowSeconds === undefined) return ["-c", "1", "-W", seconds(PATIENCE_SECONDS)];
  return ["-c", "3", "-i", seconds(windowSeconds * 0.4), "-W", seconds(windowSeconds * 0.2)];
}
