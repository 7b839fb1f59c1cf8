import type { NegativeClaim, PositiveClaim } from "../topology/claims/index.ts";
import type { Topology } from "../topology/document.ts";
import { sameSet, type Verdict } from "./comparisons.ts";
import type { Observation } from "./observations.ts";
import { destinationOf } from "./targets.ts";

/** Whether a probe brought what is claimed. */
export function judge(
  topology: Topology,
  { probe, expect }: Pick<PositiveClaim, "probe" | "expect"> | Pick<NegativeClaim, "probe" | "expect">,
  observation: Observation,
): Verdict {
  const { outcome, text, body = "", addresses = [] } = observation;
  switch (expect.answer) {
    case "no reply":
      return { holds: outcome === "silence" || outcome === "unreachable", observed: text };
    case "no way":
      return { holds: ["silence", "unreachable", "turned away"].includes(outcome), observed: text };
    case "unresolved":
      return { holds: outcome === "unknown name" || outcome === "no name server", observed: text };
    case "contains":
      return { holds: outcome === "reply" && body.includes(expect.text), observed: text };
    case "address-of": {
      const wanted = expect.nodes.map((node) => destinationOf(topology, probe.from, node));
      return { holds: outcome === "addresses" && sameSet(addresses, wanted), observed: text };
    }
    default:
      return { holds: outcome === expect.answer, observed: text };
  }
}
