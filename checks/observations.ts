import type { Probe } from "../topology/claims/index.ts";
import type { Answer } from "../reach/asking.ts";
import { CONNECT_TIME } from "./probes.ts";

/** What a probe brought to light. */
export interface Observation {
  outcome:
    | "reply"
    | "open"
    | "addresses"
    /** Nothing came back. */
    | "silence"
    /** The sender's own kernel knows no way. */
    | "unreachable"
    /** Somebody on the way said by ICMP that it cannot be reached. */
    | "turned away"
    /** The other end, or a firewall, said no: a TCP reset or an ICMP port unreachable. */
    | "refused"
    /** The name service said that there is no such name. */
    | "unknown name"
    /** No name service answered. */
    | "no name server"
    /** Anything else: it shows nothing, neither that something is there nor that it is not. */
    | "failed";
  /** What was seen, in words. */
  text: string;
  /** Seconds from question to answer, where the tool tells. */
  roundTripSeconds?: number;
  /** The address that answered, where the tool tells. */
  responder?: string;
  /** What DNS answered. */
  addresses?: readonly string[];
  /** What HTTP answered. */
  body?: string;
}

/** Reads what the command of a probe answered. `ownAddresses`: those of the sending node. */
export function observe(probe: Probe, answer: Answer, ownAddresses: ReadonlySet<string>): Observation {
  if ("unavailable" in answer) return { outcome: "failed", text: answer.unavailable };
  switch (probe.kind) {
    case "ping":
      return observePing(answer, ownAddresses);
    case "tcp":
      return observeTcp(answer);
    case "http":
      return observeHttp(answer);
    case "dns":
      return observeDns(answer);
  }
}

type Output = Extract<Answer, { status: number }>;

function observePing({ status, stdout, stderr }: Output, ownAddresses: ReadonlySet<string>): Observation {
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
}

function observeTcp({ status, stderr }: Output): Observation {
  if (status === 0) {
    const [, responder] = /^Connection to .*?([\d.]+)\)? \d+ port/m.exec(stderr) ?? [];
    return { outcome: "open", text: "connected", ...(responder === undefined ? {} : { responder }) };
  }
  if (/refused/.test(stderr)) return { outcome: "refused", text: "connection refused" };
  if (/unreachable|No route to host/.test(stderr)) return { outcome: "unreachable", text: lastPart(stderr) };
  if (/timed out/.test(stderr)) return { outcome: "silence", text: "no answer to the connection attempt" };
  return (
    unresolved(stderr) ?? { outcome: "failed", text: firstLine(stderr) || `nc ended with status ${status}` }
  );
}

function observeHttp({ status, stdout, stderr }: Output): Observation {
  const times = new RegExp(`^${CONNECT_TIME} ([\\d.]+) ?(\\S*)$`, "m").exec(stderr);
  const connectSeconds = Number(times?.[1] ?? 0);
  const responder = times?.[2] ?? "";
  const statusLine = /^< (HTTP\S* (\d+).*?)\r?$/m.exec(stderr);
  if (status === 0 && statusLine !== null) {
    const text = [statusLine[1], firstLine(stdout)].filter(Boolean).join(": ");
    return Number(statusLine[2]) < 400
      ? { outcome: "reply", text, body: stdout, roundTripSeconds: connectSeconds, responder }
      : { outcome: "failed", text };
  }
  const reason =
    /(?:failed|fail for \S+): (.+)$/m.exec(stderr)?.[1] ?? /^curl: \(\d+\) (.+)$/m.exec(stderr)?.[1] ?? "";
  if (status === 7 && /refused/.test(reason)) return { outcome: "refused", text: "connection refused" };
  if (status === 7) return { outcome: "unreachable", text: reason };
  if (status === 28 && connectSeconds === 0)
    return { outcome: "silence", text: "no answer to the connection attempt" };
  return { outcome: "failed", text: reason || `curl ended with status ${status}` };
}

function observeDns({ stdout, stderr }: Output): Observation {
  const addresses = [...stdout.matchAll(/^(\S+)\s+STREAM/gm)].map(([, address = ""]) => address);
  if (addresses.length > 0) return { outcome: "addresses", text: addresses.join(", "), addresses };
  return unresolved(stderr) ?? { outcome: "failed", text: firstLine(stderr) || "no address" };
}

/** What getaddrinfo says of a name: that there is none, or only that it got no usable answer. */
function unresolved(stderr: string): Observation | undefined {
  if (/Name or service not known|Name does not resolve/.test(stderr)) {
    return { outcome: "unknown name", text: "unknown name" };
  }
  // Docker's name server has no NXDOMAIN for names without a dot: it answers that there is no address (NODATA, RFC 2308)
  if (/No address associated with hostname/.test(stderr)) {
    return { outcome: "unknown name", text: "no address for this name" };
  }
  if (/Temporary failure in name resolution|Try again/.test(stderr)) {
    return { outcome: "no name server", text: "no answer from the name server" };
  }
  return undefined;
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}

function lastPart(text: string): string {
  return firstLine(text).split(": ").at(-1) ?? "";
}
