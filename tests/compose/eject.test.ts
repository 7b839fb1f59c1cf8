import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import * as constructors from "../../checks/claims.ts";
import { type ComposeLab, readComposeLab } from "../../compose/compose-lab.ts";
import { claimsOf, programOf } from "../../compose/eject.ts";
import { packageRoot } from "../../toolchain/paths.ts";
import type { Claim } from "../../topology/claims/index.ts";
import { filesOf, type Name, names } from "./corpus.ts";

jest.setTimeout(120_000);

const labs = new Map<Name, ComposeLab>();
// Within the package, where its own name leads to its sources.
mkdirSync(join(packageRoot, ".vethlab"), { recursive: true });
const folder = mkdtempSync(join(packageRoot, ".vethlab", "ejected-"));
beforeAll(async () => {
  for (const name of names) labs.set(name, await readComposeLab(filesOf(name)));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function ofLab(name: Name): { lab: ComposeLab; claims: readonly Claim[] } {
  const lab = labs.get(name);
  if (lab === undefined) throw new Error(name);
  return { lab, claims: lab.claims };
}

test.each(names)("the program of %s has the claims of its twin", (name) => {
  const { lab, claims } = ofLab(name);
  const { code, variables } = claimsOf(lab.data, claims);
  const named = [...variables]
    .filter(([key]) => key.startsWith("node "))
    .map(([key, variable]) => [variable, key.slice("node ".length)] as const);
  const written: unknown = runInNewContext(code, { ...constructors, ...Object.fromEntries(named) });
  expect(JSON.parse(JSON.stringify(written))).toEqual(JSON.parse(JSON.stringify(claims)));
});

test("the programs of all are sound TypeScript", async () => {
  for (const name of names) {
    const { lab, claims } = ofLab(name);
    writeFileSync(join(folder, `${name}.ts`), programOf(lab.data, claims));
  }
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: "../../tsconfig.json",
      include: ["."],
      exclude: [],
    }),
  );
  const { stdout } = await execa(join(packageRoot, "node_modules", ".bin", "tsc"), ["--project", folder], {
    reject: false,
  });
  expect(stdout).toBe("");
});
