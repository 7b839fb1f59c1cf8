/** Writes the published JSON schemas anew, from the schemas that the code has: `npm run schema`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { topologySchema } from "../topology/document.ts";
import { labSchema } from "../topology/lab-data/lab-data.ts";

const topology = join(import.meta.dirname, "..", "topology");

function write(file: string, schema: object): void {
  writeFileSync(join(topology, file), JSON.stringify(schema, undefined, 2));
}

write("schema.json", topologySchema());
write("lab-data/lab-schema.json", labSchema());
