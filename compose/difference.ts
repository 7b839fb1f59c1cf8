/** What two versions of a Compose file differ in: who reaches whom. Said of what was shown with packets, and of nothing else. */
import type { Claim } from "../topology/claims/index.ts";
import { distinct } from "../topology/group.ts";
import { factsOf } from "./facts.ts";
import { type ComposeNode, HOST, OUTSIDE } from "./nodes.ts";

/** A change, and a sentence for it. */
export interface Change {
  /** `opened`: who was shut out reaches now, or the outside reaches what is new. `added`, `removed`: by a service that came or went. */
  kind: "opened" | "closed" | "added" | "removed";
  from: string;
  to: string;
  port?: number;
  sentence: string;
}

/** One version, as it was shown. */
export interface Version {
  nodes: readonly ComposeNode[];
  /** The claims that held. */
  claims: readonly Claim[];
}

/** Who reaches whom, by services. */
interface Reach {
  from: string;
  to: string;
  /** Absent: any packet. */
  port?: number;
}

/** The changes from one version to another. */
export function changesBetween(before: Version, after: Version): Change[] {
  const [was, is] = [reachesIn(before), reachesIn(after)];
  const come = is.filter((one) => !was.some((other) => covers(other, one)));
  const gone = was.filter((one) => !is.some((other) => covers(other, one)));
  return [
    ...come.map((reach) => {
      const known = isIn(before, reach) || reach.from === OUTSIDE;
      return changeOf(known ? "opened" : "added", reach);
    }),
    ...gone.map((reach) => changeOf(isIn(after, reach) ? "closed" : "removed", reach)),
  ];
}

/** Whether both ends are in a version. */
function isIn({ nodes }: Version, { from, to }: Reach): boolean {
  const there = [OUTSIDE, HOST, ...nodes.map(({ service }) => service)];
  return there.includes(from) && there.includes(to);
}

/**
 * Whether one tells the other, too. Of a service without a known port it is only known that it is reached. What the outside
 * reaches, the host does, which is asked only where the outside is shut out.
 */
function covers(one: Reach, other: Reach): boolean {
  const samePort = one.port === undefined || other.port === undefined || one.port === other.port;
  const sameSender = one.from === other.from || (one.from === OUTSIDE && other.from === HOST);
  return sameSender && one.to === other.to && samePort;
}

function reachesIn({ nodes, claims }: Version): Reach[] {
  const serviceOf = (name: string): string => nodes.find((node) => node.name === name)?.service ?? name;
  const all = claims.flatMap((claim) =>
    factsOf(claim)
      .filter(({ found, lookup }) => found && !lookup)
      .map(({ from, to, port }): Reach => {
        const by = "probe" in claim && claim.probe.kind === "http" ? claim.probe.by : undefined;
        return { from: serviceOf(from), to: serviceOf(by ?? to), ...(port !== undefined && { port }) };
      }),
  );
  return distinct(all);
}

function changeOf(kind: Change["kind"], reach: Reach): Change {
  return { kind, ...reach, sentence: sentenceOf(kind, reach) };
}

function sentenceOf(kind: Change["kind"], { from, to, port }: Reach): string {
  const comes = kind === "opened" || kind === "added";
  if (to === OUTSIDE) return `${from} ${comes ? "has a way out now" : "has no way out any more"}`;
  if (from === OUTSIDE || from === HOST) {
    const who = from === OUTSIDE ? "the outside" : "the host itself";
    return `${to} ${comes ? "becomes" : "is no longer"} reachable from ${who}, at the host's port ${port ?? ""}`;
  }
  const whom = port === undefined ? to : `${to}:${port}`;
  const why = kind === "added" ? " (new)" : kind === "removed" ? " (gone)" : "";
  return `${whom} ${comes ? "becomes" : "is no longer"} reachable from ${from}${why}`;
}
