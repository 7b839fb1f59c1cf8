/** The kinds of probes. The compiler requires a complete record for every kind. */
import type { Answer, Question } from "../../reach/asking.ts";
import type { Probe } from "../../topology/claims/index.ts";
import type { Topology } from "../../topology/document.ts";
import type { Observation } from "../observation.ts";
import { dns } from "./dns.ts";
import { http } from "./http.ts";
import { lookups } from "./lookups.ts";
import { ping } from "./ping.ts";
import type { ProbeKind } from "./probe-kind.ts";
import { sweep } from "./sweep.ts";
import { tcp } from "./tcp.ts";

const kinds: { [Of in Probe["kind"]]: ProbeKind<Of> } = { ping, tcp, http, dns, sweep, lookups };

/** The kind of a probe. */
export function probeKindOf<Of extends Probe["kind"]>({ kind }: { kind: Of }): ProbeKind<Of> {
  return kinds[kind];
}

/** The question of a probe. `windowSeconds`: how long silence must last, for a claim of silence. */
export function questionOf(topology: Topology, probe: Probe, windowSeconds?: number): Question {
  return { at: probe.from, command: probeKindOf(probe).command(topology, probe, windowSeconds) };
}

/** Reads the answer to the question of a probe. `ownAddresses`: the addresses of the sending node. */
export function observe(
  probe: Pick<Probe, "kind">,
  answer: Answer,
  ownAddresses: ReadonlySet<string>,
): Observation {
  if ("unavailable" in answer) return { outcome: "failed", text: answer.unavailable };
  return probeKindOf(probe).observe(answer, ownAddresses);
}
