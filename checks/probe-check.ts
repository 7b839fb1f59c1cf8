import type { NegativeClaim, PositiveClaim, Probe } from "../topology/claims/index.ts";
import type { Topology } from "../topology/document.ts";
import type { Answer } from "../reach/asking.ts";
import type { Check } from "./check.ts";
import type { Verdict } from "./comparisons.ts";
import { type Expected, judge } from "./answers.ts";
import { astray, type Holding, holdingQuestion, readHolding } from "./holders.ts";
import { answererCheck } from "./answerers.ts";
import { doubtOf, type HoldingOf, witnessesOf } from "./identity.ts";
import type { Observation } from "./observation.ts";
import { observe, questionOf } from "./probes/index.ts";
import { interfacesOf } from "./targets.ts";

/** The check of a control: its probe must be answered. */
export function controlCheck(topology: Topology, probe: Probe): Check {
  return askOne(topology, probe, undefined, undefined, (observation) => ({
    holds: ["reply", "open", "addresses"].includes(observation.outcome),
    observed: observation.text,
  }));
}

/** The check of a claim about packets. `windowSeconds`: how long silence must last, for a claim of silence. */
export function probeCheck(
  topology: Topology,
  claim: PositiveClaim | NegativeClaim,
  windowSeconds?: number,
): Check {
  return askOne(topology, claim.probe, claim.expect, windowSeconds, (observation) =>
    judge(topology, claim, observation),
  );
}

/** The check that a node holds all of these addresses. Waiting does not change the addresses of a running node. */
export function holdingCheck(topology: Topology, node: string, addresses: readonly string[]): Check {
  const question = holdingQuestion(topology, node);
  return {
    questions: question === undefined ? [] : [question],
    judge([answer = NOT_ASKED]) {
      if (question === undefined) return { holds: true, observed: "" };
      const holding = readHolding(answer);
      const [problem] = addresses.flatMap((address) => astray(node, address, holding) ?? []);
      const lasting = "unavailable" in answer ? answer.lasting : isPlaced(holding);
      return { holds: problem === undefined, observed: problem ?? addresses.join(", "), lasting };
    },
  };
}

/**
 * The check of a probe: its answer, and whether the claimed node gave the answer. Doubt about the node comes first: it also
 * explains a missing answer.
 */
function askOne(
  topology: Topology,
  probe: Probe,
  expect: Expected | undefined,
  windowSeconds: number | undefined,
  verdict: (observation: Observation) => Verdict,
): Check {
  const witnesses = witnessesOf(topology, probe, expect).flatMap((node) => {
    const question = holdingQuestion(topology, node);
    return question === undefined ? [] : [{ node, question }];
  });
  const read = ([answer = NOT_ASKED, ...answers]: readonly Answer[]) => {
    const holdings = new Map(
      witnesses.map(({ node }, index) => [node, readHolding(answers[index] ?? NOT_ASKED)]),
    );
    const holdingOf: HoldingOf = (node) => holdings.get(node);
    const observation = observe(probe, answer, new Set(ownAddresses(topology, probe.from, holdingOf)));
    const found = verdict(observation);
    const unasked = "unavailable" in answer;
    const doubt = unasked ? undefined : doubtOf(topology, probe, expect, observation, holdingOf);
    const lasting = unasked && answer.lasting;
    const finding = { ...found, ...(doubt === undefined ? {} : { holds: false, observed: doubt }) };
    return { holdingOf, finding: { ...finding, observation, lasting } };
  };
  return {
    questions: [questionOf(topology, probe, windowSeconds), ...witnesses.map(({ question }) => question)],
    judge: (answers) => read(answers).finding,
    next(answers) {
      const { finding, holdingOf } = read(answers);
      if (!finding.holds || !isAnswer(finding.observation)) return undefined;
      return answererCheck(topology, probe, finding.observation, holdingOf);
    },
  };
}

const NOT_ASKED: Answer = { unavailable: "not asked", lasting: false };

/** The addresses that a sender holds now; the recorded addresses of a sender that does not answer. */
function ownAddresses(topology: Topology, from: string, holdingOf: HoldingOf): readonly string[] {
  const holding = holdingOf(from);
  const all = typeof holding === "object" ? holding : interfacesOf(topology, from);
  return all.map(({ address }) => address);
}

/** Whether a node has an address beside its loopback addresses. */
function isPlaced(holding: Holding): boolean {
  return (
    typeof holding === "object" &&
    holding.some(({ address }) => address !== "::1" && !address.startsWith("127."))
  );
}

/** Whether the target answered. */
function isAnswer({ outcome }: Observation): boolean {
  return outcome === "reply" || outcome === "open" || outcome === "refused";
}
