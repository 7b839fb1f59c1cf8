import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, jest, test } from "@jest/globals";
import { packageRoot } from "../../toolchain/paths.ts";
import { tracesOf } from "../machine-state.ts";
import { type Ended, inLabEnvironment } from "./vethlab.ts";

jest.setTimeout(180_000);

/** As an SDK that Pulumi generates declares a component that a provider has: by its token, with `remote`. */
const program = `
import * as pulumi from "@pulumi/pulumi";

class Lab extends pulumi.ComponentResource {
  constructor(name, args) {
    super("vethlab:index:Lab", name, { topology: undefined, addresses: undefined, ...args }, {}, true);
  }
}
const lab = new Lab("shop", {
  networks: { front: { subnet: "10.1.0.0/24" } },
  boxes: { web: { networks: ["front"] }, app: { networks: [{ network: "front" }] } },
  claims: ["web reaches app by name"],
});
export const { topology, addresses } = lab;
`;

const yaml = `name: test-sdk
runtime: { name: nodejs, options: { typescript: false } }
main: index.mjs
plugins:
  providers:
    - name: vethlab
      path: bin
`;

describe("a program with the provider", () => {
  const folder = mkdtempSync(join(tmpdir(), "provider-"));
  const bin = join(folder, "bin");
  mkdirSync(bin);
  mkdirSync(join(folder, "state"));
  symlinkSync(
    join(packageRoot, "provider", "pulumi-resource-vethlab.mjs"),
    join(bin, "pulumi-resource-vethlab"),
  );
  symlinkSync(join(packageRoot, "node_modules"), join(folder, "node_modules"));
  const write = (text: string) => {
    writeFileSync(join(folder, "index.mjs"), text);
  };
  write(program);
  writeFileSync(join(folder, "Pulumi.yaml"), yaml);
  const pulumi = (...args: string[]): Promise<Ended> =>
    inLabEnvironment(
      "env",
      `PULUMI_BACKEND_URL=file://${join(folder, "state")}`,
      "pulumi",
      ...args,
      "--cwd",
      folder,
      "--stack",
      "dev",
      "--non-interactive",
    );
  afterAll(async () => {
    await pulumi("destroy", "--yes", "--skip-preview", "--remove");
    rmSync(folder, { recursive: true, force: true });
  });

  test("has the schema of the package", async () => {
    const { code, stdout } = await inLabEnvironment(
      "pulumi",
      "package",
      "get-schema",
      join(bin, "pulumi-resource-vethlab"),
    );
    expect(code).toBe(0);
    expect(Object.keys((JSON.parse(stdout) as { resources: object }).resources)).toEqual([
      "vethlab:index:Lab",
    ]);
  });

  test("is refused with what is wrong, before anything is made", async () => {
    await pulumi("stack", "init");
    write(program.replace('["front"]', '["frnt"]'));
    const { code, stdout, stderr } = await pulumi("up", "--yes", "--skip-preview");
    expect(code).not.toBe(0);
    expect(`${stdout}${stderr}`).toContain('did you mean "front"?');
    expect(await tracesOf("test-sdk-dev")).toEqual([]);
    write(program);
  });

  test("is built and tested; a second up changes nothing", async () => {
    const { code, stdout } = await pulumi("up", "--yes", "--skip-preview");
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("1 of 1 claims hold") as unknown,
    });
    expect((await pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")).code).toBe(0);
  });

  test("goes without a trace", async () => {
    expect((await pulumi("destroy", "--yes", "--skip-preview")).code).toBe(0);
    expect(await tracesOf("test-sdk-dev")).toEqual([]);
  });
});
