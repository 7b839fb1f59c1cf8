import type { Claim, NegativeClaim, PositiveClaim } from "../topology/claims/index.ts";
import type { Topology } from "../topology/document.ts";
import { sameSet, type Verdict } from "./comparisons.ts";
import type { Observation } from "./observations.ts";
import { kindOf } from "./kinds/index.ts";
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

/** What a claim says must be seen, in words. */
export function expectedOf(topology: Topology, claim: Claim): string {
  if ("probe" in claim) {
    switch (claim.expect.answer) {
      case "contains":
        return `an answer with ${JSON.stringify(claim.expect.text)}`;
      case "address-of":
        return claim.expect.nodes.map((node) => destinationOf(topology, claim.probe.from, node)).join(", ");
      case "open":
        return "connected";
      case "refused":
        return "connection refused";
      case "no way":
        return "no reply, or ICMP's no";
      case "unresolved":
        return "no address";
      default:
        return claim.expect.answer;
    }
  }
  return kindOf(claim.inspect).expected(topology, claim.inspect);
}
