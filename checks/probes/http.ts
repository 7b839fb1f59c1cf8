import type { Probe } from "../../topology/claims/index.ts";
import type { Topology } from "../../topology/document.ts";
import { destinationOf } from "../targets.ts";
import { firstLine, PATIENCE_SECONDS, type ProbeKind, seconds } from "./probe-kind.ts";

/** Begin of the line in which curl reports the seconds to the connection (0 without a connection) and the address. */
const CONNECT_TIME = "connect-time:";

/** What the box image's web server says (images/box/files/srv/vethlab). */
const GREETING = /^hello from (\S+)\nyou are /;

/** An HTTP request, by curl. */
export const http: ProbeKind<"http"> = {
  answers: ["reply", "contains", "no reply", "refused"],
  command(topology, probe, windowSeconds = PATIENCE_SECONDS) {
    const patience = seconds(windowSeconds);
    return [
      ...["curl", "-sSv", "-g", "--noproxy", "*", "--connect-timeout", patience, "--max-time", patience],
      ...["-w", `%{stderr}\\n${CONNECT_TIME} %{time_connect} %{remote_ip}\\n`, "--"],
      urlOf(topology, probe),
    ];
  },
  observe({ status, stdout, stderr }) {
    const times = new RegExp(`^${CONNECT_TIME} ([\\d.]+) ?(\\S*)$`, "m").exec(stderr);
    const connectSeconds = Number(times?.[1] ?? 0);
    const responder = times?.[2] ?? "";
    const statusLine = /^< (HTTP\S* (\d+).*?)\r?$/m.exec(stderr);
    if (status === 0 && statusLine !== null) {
      const text = [statusLine[1], firstLine(stdout)].filter(Boolean).join(": ");
      const speaker = GREETING.exec(stdout)?.[1];
      const said = { body: stdout, ...(speaker === undefined ? {} : { speaker }) };
      return Number(statusLine[2]) < 400
        ? { outcome: "reply", text, ...said, roundTripSeconds: connectSeconds, responder }
        : { outcome: "failed", text };
    }
    const reason =
      /(?:failed|fail for \S+): (.+)$/m.exec(stderr)?.[1] ?? /^curl: \(\d+\) (.+)$/m.exec(stderr)?.[1] ?? "";
    if (status === 7 && /refused/.test(reason)) return { outcome: "refused", text: "connection refused" };
    if (status === 7) return { outcome: "unreachable", text: reason };
    if (status === 28 && connectSeconds === 0)
      return { outcome: "silence", text: "no answer to the connection attempt" };
    return { outcome: "failed", text: reason || `curl ended with status ${status}` };
  },
  byHand: (topology, probe) => ["curl", "-i", urlOf(topology, probe)],
};

function urlOf(topology: Topology, { from, to, port, path }: Extract<Probe, { kind: "http" }>): string {
  return `http://${destinationOf(topology, from, to)}${port === 80 ? "" : `:${port}`}${path}`;
}
