import type { Answer } from "../../reach/asking.ts";
import type { Probe } from "../../topology/claims/index.ts";
import type { Topology } from "../../topology/document.ts";
import type { Expected } from "../answers.ts";
import type { Observation } from "../observation.ts";

/** How long a probe waits for its answer where an answer is claimed. */
export const PATIENCE_SECONDS = 1;

/** What the command of a probe printed. */
export type Output = Extract<Answer, { status: number }>;

/** All that is to be known of one kind of probe. */
export interface ProbeKind<Of extends Probe["kind"]> {
  /** The answers that can be claimed of it. */
  answers: readonly Expected["answer"][];
  /**
   * The command that asks.
   * @param windowSeconds - where silence is claimed: for how long it must last. Pings go on through all of it.
   */
  command(topology: Topology, probe: Extract<Probe, { kind: Of }>, windowSeconds?: number): string[];
  /** Reads what the command printed. `ownAddresses`: those of the sending node. */
  observe(output: Output, ownAddresses: ReadonlySet<string>): Observation;
  /** The command by which a person asks the same. */
  byHand(topology: Topology, probe: Extract<Probe, { kind: Of }>): string[];
}

/** Seconds as the options of commands take them. */
export function seconds(value: number): string {
  return value.toFixed(3);
}

/** What getaddrinfo says of a name: that there is none, or only that it got no usable answer. */
export function unresolved(stderr: string): Observation | undefined {
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

/** The first line of a text. */
export function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}
