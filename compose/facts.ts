/** What a claim says of who reaches whom, so that two claims can be seen to contradict one another. */
import { type Claim, type Target, targetsOf } from "../topology/claims/index.ts";

/** One end finds the other, or does not. */
export interface Fact {
  from: string;
  /** A node, an address, or a name that is looked up. */
  to: string;
  /** Of a connection. Absent: any packet. */
  port?: number;
  /** Whether `to` is only looked up. */
  lookup: boolean;
  /** Whether it is found. */
  found: boolean;
}

/** Whether two claims cannot both hold. */
export function contradict(one: Claim, other: Claim): boolean {
  return factsOf(one).some((fact) => factsOf(other).some((its) => opposite(fact, its)));
}

/** What is not reached at all is not reached at any port; who reaches a port reaches the node. */
function opposite(one: Fact, other: Fact): boolean {
  if (one.from !== other.from || one.to !== other.to || one.lookup !== other.lookup) return false;
  const negative = one.found ? other : one;
  const positive = one.found ? one : other;
  if (positive.found === negative.found) return false;
  return negative.port === undefined || positive.port === undefined || negative.port === positive.port;
}

/** A connection by name is a lookup too. */
export function factsOf(claim: Claim): Fact[] {
  if (!("probe" in claim)) return [];
  const { probe } = claim;
  const { from } = probe;
  const found = !("controls" in claim);
  if (probe.kind === "dns" || probe.kind === "lookups") {
    const names = probe.kind === "dns" ? [probe.name] : probe.names;
    return names.map((name) => ({ from, to: name, lookup: true, found }));
  }
  return targetsOf(probe).flatMap((target) => {
    const reached: Fact = { from, to: nameOf(target), lookup: false, found };
    const direct = "port" in probe ? { ...reached, port: probe.port } : reached;
    if (target.by !== "node-name") return [direct];
    const looked: Fact = { from, to: target.node, lookup: true, found };
    return found ? [direct, looked] : [looked];
  });
}

function nameOf(target: Target): string {
  switch (target.by) {
    case "address":
      return target.address;
    case "name":
      return target.name;
    default:
      return target.node;
  }
}
