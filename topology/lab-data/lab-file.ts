/** A lab that is written in a YAML file. */
import { type Document, LineCounter, parseDocument, visit, type YAMLError } from "yaml";
import { LabError, type Problem } from "../problems.ts";
import { readLab, type SoundLab } from "./lab-problems.ts";
import { positionOf } from "./positions.ts";

/** A lab file that has been read. */
export interface LabFile extends SoundLab {
  /** The place of a problem as it is told, with line and column: `lab.yaml:7:13 boxes.web.ports[0]`. */
  tell: (problem: Problem) => string;
}

/**
 * Reads the text of a lab file.
 *
 * @param name the file's name, for errors
 * @throws LabError with everything that is wrong, each with line and column
 */
export function readLabFile(text: string, name: string): LabFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false });
  const locate = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  // What follows the first mistake of form is mostly a consequence of it.
  const [mistake] = [...document.errors, ...document.warnings, ...unknownAliases(document)];
  if (mistake !== undefined) {
    const line = text.split("\n")[lines.linePos(mistake.pos[0]).line - 1] ?? "";
    throw new LabError([
      { place: locate(mistake.pos[0]), value: line.trim() || "nothing", ...inWords(mistake) },
    ]);
  }
  const found = readLab(document.toJS());
  const told = (problem: Problem, place = problem.place) => {
    const { offset, source } = positionOf(document, { ...problem, place });
    const where = offset === undefined ? name : locate(offset);
    return { place: `${where} ${problem.place}`, source };
  };
  if ("problems" in found) {
    throw new LabError(
      found.problems.map((problem) => {
        const { place, source = problem.value } = told(problem);
        return { ...problem, place, value: source };
      }),
    );
  }
  // Checks tell a claim by its sentence.
  const numbered = new Map(
    found.claims.map(({ claim, index }) => [`claims."${claim.summary}"`, `claims[${index}]`]),
  );
  const numberIn = (place: string): string => {
    const summary = [...numbered.keys()].find((one) => place.startsWith(one));
    return summary === undefined ? place : `${numbered.get(summary) ?? ""}${place.slice(summary.length)}`;
  };
  return { ...found, tell: (problem) => told(problem, numberIn(problem.place)).place };
}

/** A mistake in the form of a file, as the library tells it. */
type Mistake = Pick<YAMLError, "code" | "message" | "pos">;

function unknownAliases(document: Document): Mistake[] {
  const found: Mistake[] = [];
  visit(document, {
    Alias(_, node) {
      if (node.resolve(document) === undefined)
        found.push({
          code: "BAD_ALIAS",
          message: `There is no anchor &${node.source} above`,
          pos: [node.range?.[0] ?? 0, node.range?.[1] ?? 0],
        });
    },
  });
  return found;
}

/** What to do about a mistake, by the library's code of it. */
const fixes: Partial<Record<YAMLError["code"], string>> = {
  BAD_ALIAS: "name an anchor that is above, or write the value itself",
  BAD_INDENT: "close the bracket that is open",
  BAD_SCALAR_START: "write the text in quotes",
  BLOCK_AS_IMPLICIT_KEY: "indent it as its neighbours, or write a text with a colon in quotes",
  DUPLICATE_KEY: "take one of the two, or give it another name",
  MISSING_CHAR: "close the quotes, or add the missing colon",
  MULTIPLE_DOCS: "a file has one lab: take the line --- out",
  TAB_AS_INDENT: "indent with spaces",
  TAG_RESOLVE_FAILED: "leave the tag out",
};

function inWords({ code, message }: Mistake): Pick<Problem, "allowed" | "fix"> {
  const [said = ""] = message.split(";");
  return {
    allowed: `is no YAML: ${said.charAt(0).toLowerCase()}${said.slice(1)}`,
    fix: fixes[code] ?? "indent it as its neighbours, and write `name: value`",
  };
}
