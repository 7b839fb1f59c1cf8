import type { InspectionClaim, NegativeClaim, PositiveClaim, Probe } from "../topology/claims.ts";
import type { Topology } from "../topology/document.ts";
import type { Answer, Question } from "../reach/asking.ts";
import type { Verdict } from "./comparisons.ts";
import { judge } from "./expectations.ts";
import { inspectionOf } from "./inspections.ts";
import { type Observation, observe } from "./observations.ts";
import { questionOf } from "./probes.ts";
import { serviceCheck } from "./service-checks.ts";
import { isOfServices } from "./service-words.ts";
import { interfacesOf } from "./targets.ts";
import { wireCheck } from "./wire.ts";

/** What one round of asking has come to. */
export interface Finding extends Verdict {
  /** Asking again is of no use. */
  lasting?: boolean;
  /** What the probe saw, where there was one. */
  observation?: Observation;
}

/** Something that is asked in one round, and judged by the answers. */
export interface Check {
  questions: readonly Question[];
  judge(answers: readonly Answer[]): Finding;
  /** What is to be asked next in the same round, where that is known only by the answers; it is judged instead. */
  next?(answers: readonly Answer[]): Check | undefined;
}

/** The check of a claim that is asked until it holds. */
export function steadyCheck(topology: Topology, claim: PositiveClaim | InspectionClaim): Check {
  if ("probe" in claim) return probeCheck(topology, claim);
  if (claim.inspect.kind === "wire") return wireCheck(topology, claim.inspect);
  if (isOfServices(claim.inspect)) return serviceCheck(topology, claim.inspect);
  const { questions, compare } = inspectionOf(topology, claim.inspect);
  return {
    questions,
    judge(answers) {
      const outputs: string[] = [];
      for (const answer of answers) {
        if ("unavailable" in answer)
          return { holds: false, observed: answer.unavailable, lasting: answer.lasting };
        if (answer.status !== 0)
          return { holds: false, observed: answer.stderr || `status ${answer.status}` };
        outputs.push(answer.stdout);
      }
      return compare(outputs);
    },
  };
}

/** The check of a control: its probe must be answered. */
export function controlCheck(topology: Topology, probe: Probe): Check {
  return askOne(topology, probe, undefined, (observation) => ({
    holds: ["reply", "open", "addresses"].includes(observation.outcome),
    observed: observation.text,
  }));
}

/** The check of a claim about packets. `windowSeconds`: for how long silence must last, where it is claimed. */
export function probeCheck(
  topology: Topology,
  claim: PositiveClaim | NegativeClaim,
  windowSeconds?: number,
): Check {
  return askOne(topology, claim.probe, windowSeconds, (observation) => judge(topology, claim, observation));
}

function askOne(
  topology: Topology,
  probe: Probe,
  windowSeconds: number | undefined,
  verdict: (observation: Observation) => Verdict,
): Check {
  const ownAddresses = new Set(interfacesOf(topology, probe.from).map(({ address }) => address));
  return {
    questions: [questionOf(topology, probe, windowSeconds)],
    judge([answer = { unavailable: "not asked", lasting: false }]) {
      const observation = observe(probe, answer, ownAddresses);
      return { ...verdict(observation), observation, lasting: "unavailable" in answer && answer.lasting };
    },
  };
}
