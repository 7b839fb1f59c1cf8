/** All that is wrong with a lab that is plain data, as far as it can be told without a program. */
import type { Claim } from "../claims/index.ts";
import { LabError, type Problem } from "../problems.ts";
import { nearest, didYouMean } from "../suggest.ts";
import { hostsOf, LabData, tables } from "./lab-data.ts";
import { namedIn } from "./named.ts";
import { type Reference, replaceReferences, type TableName } from "./references.ts";
import { claimsOf } from "./sentences.ts";
import { inWords, structureProblems } from "./structure.ts";

/** A lab whose structure, references and sentences are sound. */
export interface SoundLab {
  data: LabData;
  /** Its claims, sentences translated, each with its number in the data. */
  claims: readonly { claim: Claim; index: number }[];
}

/** Reads data as a lab: the lab, or all that is wrong with the data. */
export function readLab(written: unknown): SoundLab | { problems: Problem[] } {
  const read = LabData.safeParse(written);
  if (!read.success) return { problems: structureProblems(read.error.issues, written) };
  const { data } = read;
  const circles = referenceProblems(data);
  if (circles.length > 0) return { problems: circles };
  const named = namedIn(data);
  const problems: Problem[] = [];
  const claims = data.claims.flatMap((claim, index) => {
    if (typeof claim !== "string") return [{ claim, index }];
    try {
      return claimsOf(claim, named, `claims[${index}]`).map((one) => ({ claim: one, index }));
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  return problems.length > 0 ? { problems } : { data, claims };
}

/** The names that a reference can have, and what it refers to where there is one name only. */
export function namesFor(data: LabData, { to }: Pick<Reference, "to">): string[] {
  return to.flatMap((table) =>
    table === "hosts" ? [...hostsOf(data), "local"] : Object.keys(data[table] ?? {}),
  );
}

/** The references of one entry, in the order in which they are written. */
function referencesOf(table: TableName, name: string, entry: object): Reference[] {
  const found: Reference[] = [];
  replaceReferences(tables[table], entry, (reference) => found.push(reference), [table, name]);
  return found;
}

function referenceProblems(data: LabData): Problem[] {
  const entries = (Object.keys(tables) as TableName[]).flatMap((table) =>
    Object.entries(data[table] ?? {}).map(([name, entry]) => ({ table, name, entry: entry as object })),
  );
  const problems = entries.flatMap(({ table, name, entry }) =>
    referencesOf(table, name, entry).flatMap((reference) => unknownName(data, reference)),
  );
  problems.push(...homelessBoxes(data));
  if (problems.length > 0) return problems;
  const after = new Map(
    entries
      .filter(({ table }) => table === "boxes" || table === "services")
      .map(({ table, name, entry }) => [
        `${table}.${name}`,
        referencesOf(table, name, entry)
          .filter(({ to }) => to[0] === table)
          .map((reference) => `${table}.${reference.name}`),
      ]),
  );
  return [...after.keys()].filter((key) => waitsForItself(key, after)).map(circle);
}

/** A box tells its host by its networks, but for an overlay, which is on several. */
function homelessBoxes(data: LabData): Problem[] {
  const { boxes = {}, overlays = {} } = data;
  const homeless = Object.entries(boxes).filter(([, { host, network, networks = [] }]) => {
    const onOverlay = networks.some((one) => overlays[typeof one === "string" ? one : one.network]);
    return host === undefined && (network !== undefined || onOverlay);
  });
  return homeless.flatMap(([name]) => noHost(data, `boxes.${name}.host`));
}

function noHost(data: LabData, place: string): Problem[] {
  const hosts = hostsOf(data);
  if (hosts.length <= 1) return [];
  const allowed = `the lab has ${hosts.length} hosts: say which one`;
  return [{ place, value: "nothing", allowed, fix: `write host: ${hosts.join(", or host: ")}` }];
}

function circle(key: string): Problem {
  return {
    place: `${key}.after`,
    value: key.slice(key.indexOf(".") + 1),
    allowed: "waits, in the end, for itself",
    fix: "take one `after` out of the circle",
  };
}

function waitsForItself(key: string, after: ReadonlyMap<string, string[]>): boolean {
  const seen = new Set<string>();
  const reach = (from: string): boolean =>
    (after.get(from) ?? []).some((next) => {
      if (next === key) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return reach(next);
    });
  return reach(key);
}

function unknownName(data: LabData, reference: Reference): Problem[] {
  const { name, path, to } = reference;
  const names = namesFor(data, reference);
  const place = inWords(path);
  if (name !== "") {
    if (names.includes(name)) return [];
    const what = to.join(" or ");
    const fix =
      nearest(name, names) === undefined && names.length === 0
        ? `add it to ${to[0] ?? ""}`
        : didYouMean(name, names);
    return [{ place, value: name, allowed: `there is none of this name in ${what}`, fix }];
  }
  return noHost(data, place);
}
