import { destinationOf } from "../targets.ts";
import { firstLine, PATIENCE_SECONDS, type ProbeKind, unresolved } from "./probe-kind.ts";

/** A TCP connection, by nc of OpenBSD. */
export const tcp: ProbeKind<"tcp"> = {
  answers: ["open", "no reply", "refused"],
  command(topology, { from, to, port }, windowSeconds = PATIENCE_SECONDS) {
    const wholeSeconds = Math.ceil(windowSeconds); // nc knows no others
    return [
      ...["nc", "-zv", "-w", String(wholeSeconds)],
      ...["--", destinationOf(topology, from, to), String(port)],
    ];
  },
  observe({ status, stderr }) {
    if (status === 0) {
      const [, responder] = /^Connection to .*?([\d.]+)\)? \d+ port/m.exec(stderr) ?? [];
      return { outcome: "open", text: "connected", ...(responder === undefined ? {} : { responder }) };
    }
    if (/refused/.test(stderr)) return { outcome: "refused", text: "connection refused" };
    if (/unreachable|No route to host/.test(stderr))
      return { outcome: "unreachable", text: firstLine(stderr).split(": ").at(-1) ?? "" };
    if (/timed out/.test(stderr)) return { outcome: "silence", text: "no answer to the connection attempt" };
    return (
      unresolved(stderr) ?? { outcome: "failed", text: firstLine(stderr) || `nc ended with status ${status}` }
    );
  },
  byHand: (topology, { from, to, port }) => ["nc", "-zv", destinationOf(topology, from, to), String(port)],
};
