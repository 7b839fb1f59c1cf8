/** What is known of each kind of probe. The compiler requires every kind, and all of each. */
import type { Answer, Question } from "../../reach/asking.ts";
import type { Probe } from "../../topology/claims/index.ts";
import type { Topology } from "../../topology/document.ts";
import type { Observation } from "../observation.ts";
import { dns } from "./dns.ts";
import { http } from "./http.ts";
import { ping } from "./ping.ts";
import type { ProbeKind } from "./probe-kind.ts";
import { tcp } from "./tcp.ts";

const kinds: { [Of in Probe["kind"]]: ProbeKind<Of> } = { ping, tcp, http, dns };

/** The kind of a probe. */
export function probeKindOf<Of extends Probe["kind"]>({ kind }: { kind: Of }): ProbeKind<Of> {
  return kinds[kind];
}

/** The question that a probe asks. `windowSeconds`: for how long silence must last, where it is claimed. */
export function questionOf(topology: Topology, probe: Probe, windowSeconds?: number): Question {
  return { at: probe.from, command: probeKindOf(probe).command(topology, probe, windowSeconds) };
}

/** Reads what the command of a probe answered. `ownAddresses`: those of the sending node. */
export function observe(
  probe: Pick<Probe, "kind">,
  answer: Answer,
  ownAddresses: ReadonlySet<string>,
): Observation {
  if ("unavailable" in answer) return { outcome: "failed", text: answer.unavailable };
  return probeKindOf(probe).observe(answer, ownAddresses);
}
