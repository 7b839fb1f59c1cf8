/** What a user writes into a Compose file for vethlab: its extension field `x-vethlab`. */
import { z } from "zod";
import { type Claim, resolves } from "../topology/claims/index.ts";
import { claimsOf, type Named, type NamedNode } from "../topology/lab-data/sentences.ts";
import { structureProblems } from "../topology/lab-data/structure.ts";
import { distinct, groupBy } from "../topology/group.ts";
import { LabError, type Problem } from "../topology/problems.ts";
import { didYouMean } from "../topology/suggest.ts";
import type { Canonical } from "./canonical.ts";
import type { Following } from "./follows.ts";
import type { TwinNetwork } from "./networks.ts";
import type { ComposeNode, Listens } from "./nodes.ts";
import { isOfItself, Objections } from "./objections.ts";

const PortNumber = z
  .int()
  .min(1)
  .max(65535)
  .describe("a TCP port, 1 to 65535")
  .meta({ examples: [5432] });
const Sentence = z
  .string()
  .describe("a sentence; YAML takes one with a colon at its end, or before a space, for a map")
  .meta({ examples: ["web reaches db:5432"] });
const Extension = z
  .strictObject({
    listens: z
      .record(
        z.string(),
        z
          .array(PortNumber)
          .describe("TCP ports of a service")
          .meta({ examples: [[5432]] }),
      )
      .optional()
      .describe("TCP ports at which services listen, beside those of `ports` and `expose`")
      .meta({ examples: [{ db: [5432] }] }),
    claims: z
      .array(Sentence)
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
  if (typeof (written ?? {}) !== "object" || Array.isArray(written)) throw new LabError([noMap(written)]);
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

function noMap(written: unknown): Problem {
  const [value, allowed] = [String(written), "must be a map with listens and claims"];
  return { place: FIELD, value, allowed, fix: "for example claims: [web reaches db:5432]" };
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
  networks: ReadonlyMap<string, TwinNetwork>,
  follows: readonly Following[],
): Written[] {
  const services = new Services(named, nodes);
  const problems: Problem[] = [];
  const claims = sentences.flatMap((sentence, index) => {
    const place = `${FIELD}.claims[${index}]`;
    try {
      const found = services.claimsOf(sentence, place);
      const objection = new Objections({ sentence, place }, nodes, networks);
      problems.push(...found.flatMap((claim) => objection.to(claim, follows)));
      return found.map((claim) => ({ claim, sentence, index }));
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  if (problems.length > 0) throw new LabError(problems.filter(isFirst));
  return distinct(claims, ({ claim }) => claim);
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
    this.#groups = new Map(groups.map(([service, its]) => [service, its.map(({ name }) => name)]));
    // The ports of one container are, in a sentence, those of all.
    const alike = groups.flatMap(([service, its]) => {
      const published = its.flatMap(({ name }) => named.nodes.get(name)?.published ?? []);
      return its.flatMap(({ name }) => {
        const node = named.nodes.get(name);
        return node === undefined ? [] : [{ service, name, node: { ...node, published } }];
      });
    });
    const each = alike.map(({ name, node }): [string, NamedNode] => [name, node]);
    this.#named = { ...named, nodes: new Map([...named.nodes, ...each]) };
    const stand = alike.map(({ service, node }): [string, NamedNode] => [service, node]);
    this.#withGroups = { ...named, nodes: new Map([...this.#named.nodes, ...stand]) };
  }

  claimsOf(sentence: string, place: string): Claim[] {
    // The sentence as it is written tells what is wrong, at its place.
    claimsOf(sentence, this.#withGroups, place);
    const claims = this.#spread(sentence).flatMap((one) => this.#claimsOf(one, place));
    // Of a service with several containers each reaches the others.
    return claims.length > 1 ? claims.filter((claim) => !isOfItself(claim)) : claims;
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
    if (/\breach one another\b/.test(sentence)) {
      const spelled = (word: string): string => this.#groups.get(word)?.join(", ") ?? word;
      return [words.map(spelled).join("")];
    }
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
