import { isAddress } from "../topology/addresses.ts";
import type { Claim, Inspection, NegativeClaim, Probe, Target } from "../topology/claims.ts";
import type { Topology } from "../topology/document.ts";
import { LabError, type Problem } from "../topology/problems.ts";
import { didYouMean } from "../topology/suggest.ts";
import { shareNamespace } from "./holders.ts";
import { isOfServices, serviceProblems } from "./service-words.ts";
import { addressOf, interfacesOf } from "./targets.ts";

/** What can be seen of each kind of probe. */
const ANSWERS: Record<Probe["kind"], readonly string[]> = {
  ping: ["reply", "no reply", "no way", "unknown name", "unresolved"],
  tcp: ["open", "no reply", "refused"],
  http: ["reply", "contains", "no reply", "refused"],
  dns: ["address-of", "unknown name"],
};

/**
 * Checks that the claims of a topology and of its drills can be tested: that the nodes and networks that they name are
 * there, and that the drills' scripts have a place to run.
 * @throws LabError with everything that is wrong.
 */
export function validateClaims(topology: Topology): void {
  const problems = claimProblems(topology);
  if (problems.length > 0) throw new LabError(problems);
}

/** Everything that is wrong with the claims and drills of a topology. */
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
  if ("inspect" in claim) return inspectionProblems(topology, claim.inspect, place);
  const { probe, expect } = claim;
  const problems = probeProblems(topology, probe, place);
  if (!ANSWERS[probe.kind].includes(expect.answer)) {
    problems.push({
      place: `${place}.expect`,
      value: expect.answer,
      allowed: `a ${probe.kind} probe cannot show this`,
      fix: `use one of: ${ANSWERS[probe.kind].join(", ")}`,
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

/** Silence shows something only between ends that are alive: each must send or answer in a control. */
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

/** The node that a probe is sent to, where it is one. */
function nodesOf(probe: Probe): string[] {
  return probe.kind !== "dns" && "node" in probe.to ? [probe.to.node] : [];
}

function probeProblems(topology: Topology, probe: Probe, place: string): Problem[] {
  const problems = nodeProblems(topology, probe.from, `${place}.from`);
  return probe.kind === "dns"
    ? problems
    : [...problems, ...targetProblems(topology, probe.from, probe.to, `${place}.to`)];
}

function targetProblems(topology: Topology, from: string, target: Target, place: string): Problem[] {
  switch (target.by) {
    case "name":
      return [];
    case "address":
      if (isAddress(target.address)) return [];
      return [
        { place, value: target.address, allowed: "is no IPv4 address", fix: "for example 203.0.113.10" },
      ];
    case "node-name":
      return nodeProblems(topology, target.node, place);
    case "node-address": {
      const problems = nodeProblems(topology, target.node, place);
      if (problems.length > 0 || addressOf(topology, from, target.node, target.network) !== undefined)
        return problems;
      const networks = interfacesOf(topology, target.node).map(({ network }) => network);
      return [
        {
          place,
          value: target.network ?? target.node,
          allowed:
            target.network === undefined
              ? "this node has no address"
              : `${target.node} is not on this network`,
          fix: didYouMean(target.network ?? "", networks),
        },
      ];
    }
  }
}

function inspectionProblems(topology: Topology, inspect: Inspection, place: string): Problem[] {
  if (isOfServices(inspect)) {
    return serviceProblems(topology, inspect, place, {
      node: (name, at) => nodeProblems(topology, name, at),
      target: (from, to) => targetProblems(topology, from, to, `${place}.to`),
    });
  }
  switch (inspect.kind) {
    case "same interfaces":
      return inspect.nodes.flatMap((node) => nodeProblems(topology, node, place));
    case "veth pair":
      return [inspect.node, inspect.peerNode].flatMap((node) => nodeProblems(topology, node, place));
    case "default route":
      return [
        ...nodeProblems(topology, inspect.node, place),
        ...targetProblems(topology, inspect.node, inspect.via, `${place}.via`),
      ];
    case "named namespace":
      return [inspect.host, inspect.node].flatMap((node) => nodeProblems(topology, node, place));
    case "ports apart":
      return [inspect.host, ...inspect.nodes].flatMap((node) => nodeProblems(topology, node, place));
    case "network members":
      return [inspect.host, ...inspect.exactly].flatMap((node) => nodeProblems(topology, node, place));
    case "network":
      return nodeProblems(topology, inspect.host, place);
    case "shared network":
      return inspect.hosts.flatMap((host) => nodeProblems(topology, host, place));
    case "overlay creation":
    case "key in store":
      return nodeProblems(topology, inspect.host, place);
    case "distinct addresses":
      return inspect.nodes.flatMap((node) => nodeProblems(topology, node, place));
    case "wire":
      return [
        ...wireProblems(topology, inspect.host, `${place}.host`),
        ...(inspect.during.kind === "ping"
          ? probeProblems(topology, inspect.during, `${place}.during`)
          : inspectionProblems(topology, inspect.during, `${place}.during`)),
      ];
    default:
      return nodeProblems(topology, inspect.node, place);
  }
}

/** Packets are captured on lab hosts: the user's own machine is not entered. */
function wireProblems({ hosts }: Topology, host: string, place: string): Problem[] {
  const known = hosts.filter(({ shell }) => shell !== undefined).map(({ name }) => name);
  if (known.includes(host)) return [];
  return [{ place, value: host, allowed: "is no lab host", fix: didYouMean(host, known) }];
}

/** A place where a command can be run: a node, or a host that is no node of its own. */
function nodeProblems({ nodes, hosts }: Topology, name: string, place: string): Problem[] {
  const known = [...new Set([...nodes, ...hosts].map((candidate) => candidate.name))];
  if (known.includes(name)) return [];
  return [{ place, value: name, allowed: "the lab has no such node", fix: didYouMean(name, known) }];
}
