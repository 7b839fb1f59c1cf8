/** Where in a user's Compose files the thing stands that a problem tells of. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { type Document, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import { positionOf } from "../topology/lab-data/positions.ts";
import type { Problem } from "../topology/problems.ts";
import { FIELD } from "./extension.ts";
import type { TwinNetwork } from "./networks.ts";
import type { ComposeNode } from "./nodes.ts";

/** A file, read for its lines and columns alone: what it means is Compose's affair. */
interface Source {
  name: string;
  document: Document;
  lines: LineCounter;
}

/** The files of a lab. */
export class Places {
  readonly #sources: readonly Source[];

  constructor(files: readonly string[]) {
    this.#sources = files.map((file) => {
      const lines = new LineCounter();
      const document = parseDocument(readFileSync(file, "utf8"), { lineCounter: lines, merge: true });
      return { name: basename(file), document, lines };
    });
  }

  /**
   * The place of a problem as it is told: `compose.yaml:7:13 services.web.ports[0]`. The file that was merged last and has
   * it is told.
   *
   * @param sentence the sentence of a claim: several files may have claims, so that its number says little
   */
  tell(problem: Problem, sentence?: string): string {
    const found = this.#sources.flatMap((source) => {
      const place = placeIn(source, problem.place, sentence);
      const { offset } = positionOf(source.document, { ...problem, place });
      if (offset === undefined) return [];
      const { line, col } = source.lines.linePos(offset);
      return [{ at: `${source.name}:${line}:${col}`, depth: depthOf(source.document, place) }];
    });
    const best = found.reduceRight<(typeof found)[number] | undefined>(
      (best, one) => (best === undefined || one.depth > best.depth ? one : best),
      undefined,
    );
    return `${best?.at ?? this.#sources[0]?.name ?? ""} ${problem.place}`;
  }
}

function placeIn({ document }: Source, place: string, sentence?: string): string {
  const claims = document.getIn([FIELD, "claims"]);
  const index = isSeq(claims)
    ? claims.items.findIndex((item) => isScalar(item) && item.value === sentence)
    : -1;
  return index < 0 ? place : place.replace(/claims\[\d+\]/, `claims[${index}]`);
}

/** How many of a place's properties a file has. */
function depthOf(document: Document, place: string): number {
  const path = place.split(/[.[\]]+/).filter((one) => one !== "");
  const missing = path.findIndex((_, index) => !document.hasIn(path.slice(0, index + 1).map(asKey)));
  return missing < 0 ? path.length : missing;
}

function asKey(one: string): string | number {
  return /^\d+$/.test(one) ? Number(one) : one;
}

/** The place in a Compose file of what the lab's plan tells of: the plan knows boxes and networks of the twin. */
export function placeInCompose(
  place: string,
  nodes: readonly ComposeNode[],
  networks: ReadonlyMap<string, TwinNetwork>,
): string {
  const [, table = "", rest = ""] = /^(boxes|networks)\.(.*)$/.exec(place) ?? [];
  const begins = (name: string): boolean =>
    rest === name || rest.startsWith(`${name}.`) || rest.startsWith(`${name}[`);
  if (table === "boxes") {
    const [node] = nodes.filter(({ name }) => begins(name)).sort((a, b) => b.name.length - a.name.length);
    return node === undefined ? place : `services.${node.service}${rest.slice(node.name.length)}`;
  }
  const network = [...networks].find(([, { name }]) => begins(name));
  return network === undefined ? place : `networks.${network[0]}${rest.slice(network[1].name.length)}`;
}
