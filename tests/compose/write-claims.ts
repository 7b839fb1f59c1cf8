/** Writes claims.txt of each file of the corpus (or of those named): npx node tests/compose/write-claims.ts [NAME...]. Read what changes. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { claimsText } from "./claims-text.ts";
import { corpusFolder, names } from "./corpus.ts";

const asked = process.argv.slice(2);
for (const name of names)
  if (asked.length === 0 || asked.includes(name))
    writeFileSync(join(corpusFolder, name, "claims.txt"), await claimsText(name));
