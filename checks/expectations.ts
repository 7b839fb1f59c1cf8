import type { Claim } from "../topology/claims/index.ts";
import type { Topology } from "../topology/document.ts";
import { answerInWords } from "./answers.ts";
import { kindOf } from "./kinds/index.ts";

/** The expectation of a claim, in words. */
export function expectedOf(topology: Topology, claim: Claim): string {
  return "probe" in claim
    ? answerInWords(topology, claim)
    : kindOf(claim.inspect).expected(topology, claim.inspect);
}
