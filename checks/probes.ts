import type { Probe } from "../topology/claims/index.ts";
import type { Topology } from "../topology/document.ts";
import type { Question } from "../reach/asking.ts";
import { destinationOf } from "./targets.ts";

/** How long a probe waits for its answer where an answer is claimed. */
const PATIENCE_SECONDS = 1;

/**
 * The command that asks what a probe asks.
 * @param windowSeconds - where silence is claimed: for how long it must last. Pings go on through all of it.
 */
export function questionOf(topology: Topology, probe: Probe, windowSeconds?: number): Question {
  return { at: probe.from, command: commandOf(topology, probe, windowSeconds) };
}

function commandOf(topology: Topology, probe: Probe, windowSeconds?: number): string[] {
  const patience = seconds(windowSeconds ?? PATIENCE_SECONDS);
  switch (probe.kind) {
    case "ping":
      return ["ping", "-n", ...pingPace(windowSeconds), "--", destinationOf(topology, probe.from, probe.to)];
    case "tcp": {
      const destination = destinationOf(topology, probe.from, probe.to);
      const wholeSeconds = Math.ceil(windowSeconds ?? PATIENCE_SECONDS); // nc knows no others
      return ["nc", "-zv", "-w", String(wholeSeconds), "--", destination, String(probe.port)];
    }
    case "http":
      return [
        ...["curl", "-sSv", "-g", "--noproxy", "*", "--connect-timeout", patience, "--max-time", patience],
        ...["-w", `%{stderr}\\n${CONNECT_TIME} %{time_connect} %{remote_ip}\\n`, "--"],
        urlOf(topology, probe),
      ];
    case "dns":
      // getent does not say why it finds nothing, ping does; both ask as applications do, through getaddrinfo
      return ["sh", "-c", 'getent ahostsv4 -- "$1" || ping -n -c 1 -W 1 -- "$1"', "sh", probe.name];
  }
}

/** Marks the line in which curl reports the seconds until it was connected (0 when it never was), and to whom. */
export const CONNECT_TIME = "connect-time:";

/** The URL of an HTTP probe. */
export function urlOf(topology: Topology, probe: Extract<Probe, { kind: "http" }>): string {
  const port = probe.port === 80 ? "" : `:${probe.port}`;
  return `http://${destinationOf(topology, probe.from, probe.to)}${port}${probe.path}`;
}

function pingPace(windowSeconds?: number): string[] {
  if (windowSeconds === undefined) return ["-c", "1", "-W", seconds(PATIENCE_SECONDS)];
  return ["-c", "3", "-i", seconds(windowSeconds * 0.4), "-W", seconds(windowSeconds * 0.2)];
}

function seconds(value: number): string {
  return value.toFixed(3);
}
