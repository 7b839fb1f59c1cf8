import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { labSchema } from "../../../../topology/lab-data/lab-data.ts";

const published = new URL("../../../../topology/lab-data/lab-schema.json", import.meta.url);

test("the published schema is that of the code; `npm run schema` writes it anew", () => {
  expect(JSON.parse(readFileSync(published, "utf8"))).toEqual(labSchema());
});

interface Schema {
  properties?: Record<string, { description?: string; $ref?: string; const?: string }>;
}

/** The properties that an editor can tell nothing of. */
function withoutWords(schema: unknown): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const own = Object.entries((schema as Schema).properties ?? {})
    .filter(([, one]) => [one.description, one.$ref, one.const].every((words) => words === undefined))
    .map(([name]) => name);
  return [...own, ...Object.values(schema).flatMap(withoutWords)];
}

test("each property has a description", () => {
  expect(withoutWords(labSchema())).toEqual([]);
});
