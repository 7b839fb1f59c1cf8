/** Where in a YAML file the thing stands that a problem tells of by its place. */
import { type Document, isAlias, isMap, isScalar, isSeq, type Pair, type Scalar } from "yaml";
import type { Problem } from "../problems.ts";

/** A place that was followed into a file, as far as the file has it. */
interface Followed {
  /** The last property on the way. */
  pair?: Pair;
  /** The last value on the way. */
  value: unknown;
  /** What of the place the file does not have. */
  rest: string;
}

/** The offset of a problem in the file, where the file has its place, and the text there where that is a plain value. */
export function positionOf(
  document: Document,
  { place, at }: Pick<Problem, "place" | "at">,
): { offset?: number; source?: string } {
  const [found] = writtenAs(place)
    .map((one) => follow(document, { value: document.contents, rest: one }))
    .sort((one, other) => one.rest.length - other.rest.length);
  if (found === undefined || found.value === document.contents) return {};
  const { pair, value, rest } = found;
  const ofName = rest !== "" || at === "name" || (isScalar(value) && value.value === null);
  if (ofName && pair !== undefined && isScalar(pair.key)) return startOf(pair.key, 0);
  if (!isScalar(value)) return startOf(value as Scalar, 0);
  const plain = ["PLAIN", "QUOTE_DOUBLE", "QUOTE_SINGLE"].includes(value.type ?? "");
  if (typeof at === "number") return startOf(value, plain ? at + (value.type === "PLAIN" ? 0 : 1) : 0);
  return { ...startOf(value, 0), ...(value.source === undefined ? {} : { source: value.source }) };
}

function startOf({ range }: Pick<Scalar, "range">, further: number): { offset?: number } {
  return range === undefined || range === null ? {} : { offset: range[0] + further };
}

/** A component tells its place by what it is; one word may stand for several tables of the file. */
const tablesOf: Record<string, readonly string[]> = {
  boxes: ["boxes", "joinedBoxes", "linkedBoxes"],
  namespaces: ["namespaces", "containerNamespaces"],
  networks: ["networks", "defaultBridges", "overlays"],
  stores: ["etcdClusters", "consuls"],
};

function writtenAs(place: string): string[] {
  const single = place.replace(/^(?:networks\.(?=underlay)|outside\.(?=outside))/, "");
  const [table = ""] = /^\w+/.exec(single) ?? [];
  return (tablesOf[table] ?? [table]).map((one) => single.replace(table, one));
}

/** Follows a place (`boxes.web.networks[0].ipv4Address`) as far as it goes. Names may have dots. */
function follow(document: Document, { pair, value: found, rest }: Followed): Followed {
  const value = isAlias(found) ? found.resolve(document) : found;
  const here = { ...(pair && { pair }), value, rest };
  if (isMap(value)) {
    const fitting = value.items.filter(({ key }) => begins(rest, nameOf(key)));
    const [next] = fitting.sort((one, other) => nameOf(other.key).length - nameOf(one.key).length);
    if (next === undefined) return here;
    return follow(document, { pair: next, value: next.value, rest: behind(rest, nameOf(next.key)) });
  }
  if (isSeq(value)) {
    const [number = "", digits = ""] = /^\[(\d+)\]/.exec(rest) ?? [];
    const index = number === "" ? value.items.findIndex((item) => begins(rest, whom(item))) : Number(digits);
    const item = value.items[index];
    if (item === undefined) return here;
    const name = number === "" ? whom(item) : number;
    return follow(document, { value: item, rest: behind(rest, name) });
  }
  return here;
}

/** What an entry of a list tells by its name: a network, or a map with one. */
function whom(item: unknown): string {
  return isMap(item) ? nameOf(item.get("network", true)) : nameOf(item);
}

function nameOf(key: unknown): string {
  return isScalar(key) ? String(key.value) : "";
}

function begins(rest: string, name: string): boolean {
  return name !== "" && rest.startsWith(name) && ["", ".", "["].includes(rest.charAt(name.length));
}

function behind(rest: string, name: string): string {
  return rest.slice(name.length).replace(/^\./, "");
}
