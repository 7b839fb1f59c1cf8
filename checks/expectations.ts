import type { Claim } from "../topology/claims/index.ts";
import type { Topology } from "../topology/document.ts";
import { kindOf } from "./kinds/index.ts";
import { destinationOf } from "./targets.ts";

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
