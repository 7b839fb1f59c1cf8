/** What a user writes into a Compose file for vethlab: its extension field `x-vethlab`. */
import { z } from "zod";
import type { Claim } from "../topology/claims/index.ts";
import { claimsOf, type Named, type NamedNode } from "../topology/lab-data/sentences.ts";
import { structureProblems } from "../topology/lab-data/structure.ts";
import { resolves } from "../topology/claims/index.ts";
import { groupBy } from "../topology/group.ts";
import { LabError, type Problem } from "../topology/problems.ts";
import { didYouMean } from "../topology/suggest.ts";
import type { Canonical } from "./canonical.ts";
import { contradict } from "./facts.ts";
import type { Following } from "./follows.ts";
import { type ComposeNode, type Listens, OUTSIDE } from "./nodes.ts";

const Extension = z
  .strictObject({
    listens: z
      .record(z.string(), z.array(z.int().min(1).max(65535).describe("a TCP port, 1 to 65535")))
      .optional()
      .describe("TCP ports at which services listen, beside those of `ports` and `expose`")
      .meta({ examples: [{ db: [5432] }] }),
    claims: z
      .array(z.string())
      .optional()
      .describe("what must hold beside what follows from the file, each a sentence")
      .meta({ examples: [["web reaches db:5432"]] }),
  })
  .describe("what vethlab is told of the file");
type Extension = z.infer<typeof Extension>;

export const FIELD = "x-vethlab";

/** A claim of the user's, and its sentence. */
export interface Written {
  claim: Claim;
  sentence: string;
  index: number;
}

/**
 * The extension field of a file.
 *
 * @throws LabError with all that is wrong with its form
 */
export function readExtension({ services, [FIELD]: written }: Canonical): {
  listens: Listens;
  claims: string[];
} {
  const read = Extension.safeParse(written ?? {});
  const misplaced = Object.entries(services).flatMap(([service, its]) =>
    FIELD in its ? [misplacedIn(service)] : [],
  );
  const problems = read.success
    ? unknownServices(read.data, Object.keys(services))
    : structureProblems(read.error.issues, written, Extension);
  if (problems.length + misplaced.length > 0 || !read.success)
    throw new LabError([...problems.map((one) => ({ ...one, place: placeOf(one) })), ...misplaced]);
  const { listens = {}, claims = [] } = read.data;
  return { listens, claims };
}

function placeOf({ place }: Problem): string {
  return place === "the lab" ? FIELD : `${FIELD}.${place}`;
}

function misplacedIn(service: string): Problem {
  const place = `services.${service}.${FIELD}`;
  return {
    place,
    value: FIELD,
    allowed: "stands at the top of a file",
    fix: `move it beside services`,
    at: "name",
  };
}

function unknownServices({ listens = {} }: Extension, services: readonly string[]): Problem[] {
  return Object.keys(listens)
    .filter((service) => !services.includes(service))
    .map((service) => ({
      place: `listens.${service}`,
      value: service,
      allowed: "the file has no such service, or none in the chosen profiles",
      fix: didYouMean(service, services),
      at: "name" as const,
    }));
}

/**
 * The claims of the user's sentences.
 *
 * @throws LabError with each sentence that is none, that cannot hold, or that contradicts what follows from the file
 */
export function writtenClaims(
  sentences: readonly string[],
  named: Named,
  nodes: readonly ComposeNode[],
  follows: readonly Following[],
): Written[] {
  const services = new Services(named, nodes);
  const problems: Problem[] = [];
  const claims = sentences.flatMap((sentence, index) => {
    const place = `${FIELD}.claims[${index}]`;
    try {
      const found = services.claimsOf(sentence, place);
      problems.push(...found.flatMap((claim) => objections(claim, sentence, place, nodes, follows)));
      return found.map((claim) => ({ claim, sentence, index }));
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  if (problems.length > 0) throw new LabError(problems.filter(isFirst));
  return claims;
}

/** Several containers of one service are told once. */
function isFirst({ place }: Problem, index: number, all: readonly Problem[]): boolean {
  return all.findIndex((one) => one.place === place) === index;
}

/** Sentences name services; a service with several containers is each of them. */
class Services {
  readonly #named: Named;
  readonly #groups: ReadonlyMap<string, readonly string[]>;
  readonly #withGroups: Named;

  constructor(named: Named, nodes: readonly ComposeNode[]) {
    const several = groupBy(nodes, ({ service }) => service);
    const groups = [...several].filter(([service, its]) => its.length !== 1 || its[0]?.name !== service);
    this.#named = named;
    this.#groups = new Map(groups.map(([service, its]) => [service, its.map(({ name }) => name)]));
    const stand = groups.flatMap(([service, [first]]): [string, NamedNode][] => {
      const node = named.nodes.get(first?.name ?? "");
      return node === undefined ? [] : [[service, node]];
    });
    this.#withGroups = { ...named, nodes: new Map([...named.nodes, ...stand]) };
  }

  claimsOf(sentence: string, place: string): Claim[] {
    // The sentence as it is written tells what is wrong, at its place.
    claimsOf(sentence, this.#withGroups, place);
    return this.#spread(sentence).flatMap((one) => this.#claimsOf(one, place));
  }

  #claimsOf(sentence: string, place: string): Claim[] {
    const [, from = "", looked = ""] = /^\s*(\S+)\s+resolves\s+(\S+)\s*$/.exec(sentence) ?? [];
    const group = this.#groups.get(looked);
    return group === undefined ? claimsOf(sentence, this.#named, place) : [resolves(from, looked, group)];
  }

  /** The sentence for each container of a service that it names. The name that is looked up stays the service's. */
  #spread(sentence: string): string[] {
    const words = sentence.split(/(?<=[\s,])|(?=[\s,])/);
    const lookup = words.findIndex((word) => /^resolves?$/.test(word));
    const at = words.findIndex(
      (word, index) => this.#groups.has(serviceIn(word)) && (lookup < 0 || index < lookup),
    );
    const group = this.#groups.get(serviceIn(words[at] ?? ""));
    if (group === undefined) return [sentence];
    return group.flatMap((node) =>
      this.#spread(
        words
          .map((word, index) => (index === at ? word.replace(serviceIn(word), () => node) : word))
          .join(""),
      ),
    );
  }
}

/** `db:5432` is the service db. */
function serviceIn(word: string): string {
  return word.replace(/:\d*$/, "");
}

/** Why a claim cannot hold on the twin. */
function objections(
  claim: Claim,
  sentence: string,
  place: string,
  nodes: readonly ComposeNode[],
  follows: readonly Following[],
): Problem[] {
  const against = follows.find((following) => contradict(following.claim, claim));
  if (against !== undefined) {
    const allowed = `from the file follows the opposite: ${against.claim.summary} (${against.because})`;
    return [{ place, value: sentence, allowed, fix: "change the file, or the claim" }];
  }
  return closedPort(claim, sentence, place, nodes);
}

/** Nobody answers at a port at which nobody listens. */
function closedPort(claim: Claim, sentence: string, place: string, nodes: readonly ComposeNode[]): Problem[] {
  if (!("probe" in claim) || claim.probe.kind !== "tcp" || "controls" in claim) return [];
  const { from, to, port } = claim.probe;
  if (!("node" in to)) return [];
  if (from === OUTSIDE) {
    const published = nodes.flatMap(({ ports }) => ports).map(({ external }) => external);
    const open = nodes.filter(({ mode }) => mode === "host").flatMap(({ listens }) => listens);
    if ([...published, ...open].includes(port)) return [];
    const fix =
      published.length === 0 ? `publish it: ports: ["${port}:80"]` : `use one of: ${published.join(", ")}`;
    return [{ place, value: sentence, allowed: `no service publishes the port ${port}`, fix }];
  }
  const node = nodes.find(({ name }) => name === to.node);
  if (node === undefined || node.listens.includes(port)) return [];
  const sharing = nodes.filter(({ joins }) => joins === node.service).flatMap(({ listens }) => listens);
  if (sharing.includes(port)) return [];
  const known = node.listens.length === 0 ? "no port" : node.listens.join(", ");
  const allowed = `${node.service} is known to listen at ${known}, not at ${port}`;
  return [{ place, value: sentence, allowed, fix: `write listens: { ${node.service}: [${port}] }` }];
}
