import { readComposeLab } from "../../compose/compose-lab.ts";
import { corpusFolder, filesOf, type Name } from "./corpus.ts";

/** The claims of a file of the corpus, each with what it follows from, and the notes: one a line. */
export async function claimsText(name: Name): Promise<string> {
  const { follows, written, notes } = await readComposeLab(filesOf(name));
  const lines = [
    ...follows.map(({ claim, because }) => `${claim.summary} | ${because}`),
    ...written.map(({ claim, sentence }) => `${claim.summary} | x-vethlab: ${sentence}`),
    ...notes.map((note) => `note: ${note.replaceAll(`${corpusFolder}/`, "")}`),
  ];
  return lines.map((line) => `${line}\n`).join("");
}
