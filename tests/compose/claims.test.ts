import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, jest, test } from "@jest/globals";
import { vethlab } from "../live/vethlab.ts";
import { claimsText } from "./claims-text.ts";
import { corpusFolder, names } from "./corpus.ts";

jest.setTimeout(60_000);

test("each folder of the corpus is in its table", () => {
  expect(readdirSync(corpusFolder).sort()).toEqual([...names].sort());
});

test.each(names)("what follows from %s", async (name) => {
  expect(await claimsText(name)).toBe(readFileSync(join(corpusFolder, name, "claims.txt"), "utf8"));
});

test("vethlab claims lists the same", async () => {
  const file = join(corpusFolder, "profiles", "compose.yaml");
  const { code, stdout } = await vethlab("claims", file, "--profile", "debug", "--json");
  const { claims } = JSON.parse(stdout) as { claims: { claim: string; because: string }[] };
  expect(code).toBe(0);
  expect(claims.map(({ claim, because }) => `${claim} | ${because}\n`).join("")).toBe(
    readFileSync(join(corpusFolder, "profiles", "claims.txt"), "utf8"),
  );
});
