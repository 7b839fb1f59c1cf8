import type { Answer } from "../../reach/asking.ts";
import type { Probe } from "../../topology/claims/index.ts";
import type { Topology } from "../../topology/document.ts";
import type { Expected } from "../answers.ts";
import type { Observation } from "../observation.ts";

/** Time limit of a probe with a claimed answer. */
export const PATIENCE_SECONDS = 1;

/** The output of the command of a probe. */
export type Output = Extract<Answer, { status: number }>;

/** One kind of probe. */
export interface ProbeKind<Of extends Probe["kind"]> {
  /** The answers that can be claimed. */
  answers: readonly Expected["answer"][];
  /**
   * The command that asks.
   * @param windowSeconds - where silence is claimed: for how long it must last. Pings go on through all of it.
   */
  command(topology: Topology, probe: Extract<Probe, { kind: Of }>, windowSeconds?: number): string[];
  /** Reads the output of the command. `ownAddresses`: the addresses of the sending node. */
  observe(output: Output, ownAddresses: ReadonlySet<string>): Observation;
  /** The command by which a person asks the same. */
  byHand(topology: Topology, probe: Extract<Probe, { kind: Of }>): string[];
}

/** Seconds as command options take them. */
export function seconds(value: number): string {
  return value.toFixed(3);
}

/** The outcome of getaddrinfo without an address: no such name, or no usable answer. */
export function unresolved(stderr: string): Observation | undefined {
  if (/Name or service not known|Name does not resolve/.test(stderr)) {
    return { outcome: "unknown name", text: "unknown name" };
  }
  // Docker's name server has no NXDOMAIN for names without a dot: it answers NODATA (RFC 2308).
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
