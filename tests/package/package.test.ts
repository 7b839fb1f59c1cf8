import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import { packageRoot } from "../../toolchain/paths.ts";
import { Packed } from "./packed.ts";

jest.setTimeout(180_000);

const entries = ["vethlab", "vethlab/claims", "vethlab/checks", "vethlab/drills", "vethlab/settings"];

const program = `
import * as pulumi from "@pulumi/pulumi";
import { Box, BridgeNetwork, ContainerHost, LocalHost, Topology, Underlay, Verification } from "vethlab";
import { address, noPing, pingProbe } from "vethlab/claims";
import { type Report, testClaims } from "vethlab/checks";
import { type Drill, restartEngine } from "vethlab/drills";
import { flag, settings } from "vethlab/settings";

const host = new ContainerHost("host1", {
  underlay: new Underlay("underlay", { host: new LocalHost("local") }),
});
const red = new BridgeNetwork("red", { host, subnet: "10.1.0.0/24" });
const red1 = new Box("red1", { networks: [{ network: red }] });
const red2 = new Box("red2", { networks: [{ network: red, ipv4Address: "10.1.0.9" }] });
const controls = [pingProbe(red1, address(red.gateway)), pingProbe(red2, address(red.gateway))] as const;
const drill: Drill = {
  name: "restart",
  title: "the engine is started anew",
  steps: [{ title: "restart it", on: "host1", run: restartEngine(), then: [] }],
};
const topology = new Topology("topology", { host, claims: [noPing(red1, red2, { controls })], drills: [drill] });
new Verification("verification", { topology });

export const id: pulumi.Output<string> = red1.containerId;
export const report: typeof testClaims extends (...args: never[]) => Promise<Report> ? true : false = true;
export const config: boolean = settings(["container"], { wall: flag(true, "whether there is a wall") }).parse({}).wall;
`;

/** The command of the package that is installed in a folder. */
const command = (folder: string): string => join(folder, "node_modules/vethlab/dist/cli/vethlab.mjs");

let packed: Packed;
beforeAll(async () => {
  packed = await Packed.pack();
});
afterAll(() => {
  packed.remove();
});

test("has no file of development, and at most 2 MB", () => {
  expect(packed.told.size).toBeLessThan(2_000_000);
  const others = packed.told.files
    .map(({ path }) => path)
    .filter(
      (path) =>
        !path.startsWith("dist/") ||
        /_test\.go$|(?<!\.d)\.ts$|(?:^|\/)tests?\//.test(path.replace("dist/templates/index.ts", "dist/")),
    );
  expect(others.sort()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "package.json"]);
});

test("is imported by ES modules, and required by CommonJS", async () => {
  const folder = await packed.consumer("runs", [], {
    "required.cjs": entries
      .map((entry) => `console.log(Object.keys(require("${entry}")).length > 0);`)
      .join("\n"),
    "imported.mjs": entries
      .map((entry) => `console.log(Object.keys(await import("${entry}")).length > 0);`)
      .join("\n"),
  });
  for (const file of ["required.cjs", "imported.mjs"]) {
    const { stdout } = await execa(process.execPath, [join(folder, file)]);
    expect(stdout.split("\n")).toEqual(entries.map(() => "true"));
  }
});

test("has the command, with all labs", async () => {
  const folder = await packed.consumer("commands", [], {});
  const here = await execa(process.execPath, [join(packageRoot, "cli/vethlab.mjs"), "list", "--json"]);
  const labs = (stdout: string) => (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
  expect(labs((await execa(process.execPath, [command(folder), "list", "--json"])).stdout)).toEqual(
    labs(here.stdout),
  );
});

test("lists the claims of a Compose file", async () => {
  const folder = await packed.consumer("compose", [], {
    "compose.yaml": "services: { web: { image: nginx, ports: ['8080:80'] } }",
  });
  const listed = await execa(process.execPath, [command(folder), "claims", "compose.yaml", "--json"], {
    cwd: folder,
  });
  const { claims } = JSON.parse(listed.stdout) as { claims: { because: string }[] };
  expect(claims).toContainEqual(expect.objectContaining({ because: "ports: 8080:80" }));
});

test("has what labs in YAML and other languages need", async () => {
  const folder = await packed.consumer("yaml", [], {
    "lab.yaml": "networks: { front: { subnt: 10.1.0.0/24 } }\nclaims: []\n",
    "schema.cjs": `console.log(require("vethlab/lab.schema.json").type);`,
  });
  const { exitCode, stderr } = await execa(process.execPath, [command(folder), "up", "lab.yaml"], {
    cwd: folder,
    reject: false,
  });
  expect({ exitCode, stderr }).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('fix: did you mean "subnet"?') as unknown,
  });
  const { stdout } = await execa(process.execPath, [join(folder, "schema.cjs")]);
  expect(stdout).toBe("object");
  const paths = packed.told.files.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining([
      "dist/lab-file.js",
      "dist/provider/provider.js",
      "dist/provider/pulumi-resource-vethlab.mjs",
    ]),
  );
});

describe("its types, with --strict and without skipLibCheck", () => {
  const tsc = async (folder: string, project: string): Promise<string> => {
    const compiler = join(packageRoot, "node_modules/typescript/bin/tsc");
    return (await execa(process.execPath, [compiler, "--project", join(folder, project)], { reject: false }))
      .stdout;
  };
  const checked = { strict: true, noEmit: true, skipLibCheck: false, types: ["node"] };

  test("pass in CommonJS, in the project that `init` writes", async () => {
    const folder = await packed.consumer("made", ["@types/node", "typescript"], { "package.json": "{}" });
    const { stdout } = await execa(process.execPath, [command(folder), "init", "lab"], { cwd: folder });
    expect(stdout).toContain("Next:  cd lab && npx vethlab up");
    writeFileSync(join(folder, "lab/all.ts"), program);
    const all = { extends: "./tsconfig.json", compilerOptions: checked, files: ["index.ts", "all.ts"] };
    writeFileSync(join(folder, "lab/all.json"), JSON.stringify(all));
    expect(await tsc(folder, "lab/all.json")).toBe("");
  });

  test("pass in ES modules", async () => {
    const options = { ...checked, target: "es2022", module: "node16" };
    const folder = await packed.consumer("modules", ["@types/node", "typescript"], {
      "package.json": JSON.stringify({ type: "module" }),
      "index.ts": program,
      "tsconfig.json": JSON.stringify({ compilerOptions: options, files: ["index.ts"] }),
    });
    expect(await tsc(folder, "tsconfig.json")).toBe("");
  });
});
