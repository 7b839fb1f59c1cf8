import { type Claim, type NegativeClaim, type Probe, targetsOf } from "../topology/claims/index.ts";
import type { Topology } from "../topology/document.ts";
import { LabError, type Problem } from "../topology/problems.ts";
import { shareNamespace } from "./holders.ts";
import { kindOf } from "./kinds/index.ts";
import { probeKindOf } from "./probes/index.ts";
import { nodeProblems, probeProblems, targetProblems } from "./references.ts";

/**
 * Checks that the claims of a topology and of its drills can be tested: the lab must have the nodes and networks that they
 * name, and a place for each script of a drill.
 * @throws LabError with everything that is wrong.
 */
export function validateClaims(topology: Topology): void {
  const problems = claimProblems(topology);
  if (problems.length > 0) throw new LabError(problems);
}

/** All problems of the claims and drills of a topology. */
export function claimProblems(topology: Topology): Problem[] {
  return [
    ...topology.claims.flatMap((claim) => problemsOf(topology, claim, `claims."${claim.summary}"`)),
    ...drillProblems(topology),
  ];
}

function drillProblems(topology: Topology): Problem[] {
  const names = topology.drills.map(({ name }) => name);
  return topology.drills.flatMap(({ name, steps }, number) => [
    ...(names.indexOf(name) === number
      ? []
      : [
          {
            place: `drills[${number}].name`,
            value: name,
            allowed: "another drill has it",
            fix: "rename one",
          },
        ]),
    ...steps.flatMap(({ on, then }, index) => [
      ...scriptProblems(topology, on, `drills.${name}.steps[${index}].on`),
      ...then.flatMap((claim, at) =>
        problemsOf(topology, claim, `drills.${name}.steps[${index}].then[${at}]`),
      ),
    ]),
  ]);
}

/** A script runs in a node, and never on the user's own machine. */
function scriptProblems(topology: Topology, on: string, place: string): Problem[] {
  const { kind, host } = topology.nodes.find(({ name }) => name === on) ?? {};
  const ownMachine = topology.hosts.some(
    ({ name, shell }) => shell === undefined && (name === on || (kind === "host" && name === host)),
  );
  if (!ownMachine) return nodeProblems(topology, on, place);
  const inside = topology.nodes.filter((node) => node.kind === "container").map(({ name }) => name);
  return [
    {
      place,
      value: on,
      allowed: "is the machine of the user, which no drill touches",
      fix: `use one of: ${inside.join(", ")}`,
    },
  ];
}

function problemsOf(topology: Topology, claim: Claim, place: string): Problem[] {
  if ("inspect" in claim) return kindOf(claim.inspect).problems(topology, claim.inspect, place);
  const { probe, expect } = claim;
  const problems = probeProblems(topology, probe, place);
  const { answers } = probeKindOf(probe);
  if (!answers.includes(expect.answer)) {
    problems.push({
      place: `${place}.expect`,
      value: expect.answer,
      allowed: `a ${probe.kind} probe cannot show this`,
      fix: `use one of: ${answers.join(", ")}`,
    });
  }
  if (expect.answer === "address-of") {
    problems.push(
      ...expect.nodes.flatMap((node) => targetProblems(topology, probe.from, node, `${place}.expect`)),
    );
  }
  if ("controls" in claim) {
    const own = JSON.stringify(probe);
    for (const [index, control] of claim.controls.entries()) {
      problems.push(...probeProblems(topology, control, `${place}.controls[${index}]`));
      if (JSON.stringify(control) === own) {
        problems.push({
          place: `${place}.controls[${index}]`,
          value: control.kind,
          allowed: "is the very probe that must not be answered",
          fix: "name a probe that is answered while both ends are alive",
        });
      }
    }
    if (problems.length === 0) problems.push(...unprovenEnds(topology, claim, place));
  }
  return problems;
}

/** Silence proves something only between living ends: each end must send or answer in a control. */
function unprovenEnds(topology: Topology, { probe, controls }: NegativeClaim, place: string): Problem[] {
  const ends = [probe.from, ...nodesOf(probe)];
  const alive = controls.flatMap((control) => [control.from, ...nodesOf(control)]);
  return ends
    .filter((end) => !alive.some((node) => shareNamespace(topology, node, end)))
    .map((end) => ({
      place: `${place}.controls`,
      value: controls.map(({ kind, from }) => `${kind} from ${from}`).join(", "),
      allowed: `no control shows ${end} alive`,
      fix: `add one, for example pingProbe("${end}", address("127.0.0.1"))`,
    }));
}

/** The targets of a probe that are nodes. */
function nodesOf(probe: Probe): string[] {
  return targetsOf(probe).flatMap((target) => ("node" in target ? [target.node] : []));
}
