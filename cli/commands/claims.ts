import type { ComposeLab } from "../../compose/compose-lab.ts";
import { project } from "../../toolchain/project.ts";
import { EXIT, type ExitCode, WrongUse } from "../exit.ts";
import { type FileLab, type FileOptions, readLabOf } from "../lab-files.ts";
import { resolveTarget } from "../labs.ts";
import { describeNotes } from "../showing/notes.ts";
import { tableOf } from "../showing/table.ts";

export interface ClaimsOptions extends FileOptions {
  json?: boolean;
}

/** `vethlab claims`: what would be claimed. Nothing is built, and no engine is asked. */
export async function claims(name: string, options: ClaimsOptions): Promise<ExitCode> {
  if (project.labFiles === undefined)
    throw new WrongUse(`claims is for files: ${name} is none. npx vethlab verify tests a lab that is up.`);
  const lab = await readLabOf(resolveTarget(name), options);
  if (lab === undefined) return EXIT.wrongUse;
  const rows = rowsOf(lab);
  const notes = lab.kind === "compose" ? lab.notes : [];
  if (options.json === true) console.log(JSON.stringify({ claims: rows, notes }, undefined, 2));
  else {
    console.log(
      tableOf(
        ["claim", "because"],
        rows.map(({ claim, because }) => [claim, because]),
      ),
    );
    if (notes.length > 0) console.log(describeNotes(notes));
  }
  return EXIT.allWell;
}

interface Row {
  claim: string;
  /** What it follows from. */
  because: string;
}

function rowsOf(lab: FileLab): Row[] {
  if (lab.kind === "compose") return composeRows(lab);
  return lab.claims.map(({ claim, index }) => {
    const written = lab.data.claims[index];
    return { claim: claim.summary, because: typeof written === "string" ? written : "it is written so" };
  });
}

function composeRows({ follows, written }: ComposeLab): Row[] {
  return [
    ...follows.map(({ claim, because }) => ({ claim: claim.summary, because })),
    ...written.map(({ claim, sentence }) => ({ claim: claim.summary, because: `x-vethlab: ${sentence}` })),
  ];
}
