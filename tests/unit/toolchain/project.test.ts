import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "@jest/globals";
import { backendOf, FROM_ENV } from "../../../toolchain/backend.ts";
import { packageRoot, pulumiHome } from "../../../toolchain/paths.ts";
import { isLabFile, projectAt, projectOfFiles } from "../../../toolchain/project.ts";

const yaml = "name: shop\nruntime: nodejs\n";
const uses = { dependencies: { vethlab: "0.1.0" } };
let folder: string;
const made: string[] = [];

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "project-")));
  made.push(folder);
});
afterAll(() => {
  for (const one of made) rmSync(one, { recursive: true });
});

function write(files: Record<string, string | object>): void {
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
}

describe("the project of a folder", () => {
  test("is the Pulumi project there or above, where it depends on vethlab", () => {
    write({ "Pulumi.yaml": yaml, "package.json": uses });
    mkdirSync(join(folder, "src", "deep"), { recursive: true });
    const found = projectAt(join(folder, "src", "deep"));
    expect(found).toMatchObject({ builtIn: false, root: folder, name: "shop", stackConfigDir: folder });
    expect(found.home).toBe(join(folder, ".vethlab"));
    expect(found).toEqual(projectAt(folder));
  });

  test.each([
    ["a development dependency", { devDependencies: { vethlab: "*" } }],
    ["a peer", { peerDependencies: { vethlab: "*" } }],
  ])("also with %s, in a package.json above", (_, manifest) => {
    write({ "package.json": manifest });
    mkdirSync(join(folder, "labs"));
    writeFileSync(join(folder, "labs", "Pulumi.yaml"), yaml);
    expect(projectAt(join(folder, "labs"))).toMatchObject({ builtIn: false, root: join(folder, "labs") });
  });

  test.each([
    ["packages:\n  vethlab: ./pulumi-resource-vethlab\n"],
    ["plugins:\n  providers:\n    - { name: vethlab, path: bin }\n"],
  ])("also in another language, with %j", (has) => {
    write({ "Pulumi.yaml": `name: shop\nruntime: python\n${has}` });
    expect(projectAt(folder)).toMatchObject({ builtIn: false, root: folder, name: "shop" });
  });

  test("has its settings and its backend where its Pulumi.yaml says", () => {
    write({
      "Pulumi.yml": `${yaml}stackConfigDir: config\nbackend:\n  url: file://./kept\n`,
      "package.json": uses,
    });
    const found = projectAt(folder);
    expect(found).toMatchObject({ stackConfigDir: join(folder, "config"), backendUrl: "file://./kept" });
    expect(backendOf(found, {})).toMatchObject({ own: false, files: join(folder, "kept") });
  });

  test("is another one for two folders of one name", () => {
    write({ "Pulumi.yaml": yaml, "package.json": uses });
    mkdirSync(join(folder, "copy"));
    writeFileSync(join(folder, "copy", "Pulumi.yaml"), yaml);
    expect(projectAt(folder).id).not.toBe(projectAt(join(folder, "copy")).id);
  });

  test("is that of the built-in labs in the checkout, and outside of any project", () => {
    const checkout = {
      builtIn: true,
      root: packageRoot,
      home: join(packageRoot, ".vethlab"),
      name: "vethlab",
    };
    for (const one of [packageRoot, join(packageRoot, "docs"), folder]) {
      expect(projectAt(one)).toMatchObject(checkout);
      expect(projectAt(one)).not.toHaveProperty("passedOver");
    }
  });

  test("is an example's, below the checkout", () => {
    const root = join(packageRoot, "examples", "two-teams");
    expect(projectAt(root)).toMatchObject({ builtIn: false, root, name: "two-teams" });
  });

  test.each<[string, Record<string, string | object>, RegExp]>([
    ["another language", { "Pulumi.yaml": "name: shop\nruntime: python\n" }, /runtime python; .* nodejs/],
    ["no package.json", { "Pulumi.yaml": yaml }, /no package\.json: npm install vethlab/],
    ["another package", { "Pulumi.yaml": yaml, "package.json": {} }, /does not depend on it \(npm install/],
    ["no name", { "Pulumi.yaml": "runtime: nodejs\n" }, /has no name/],
    ["what is no YAML", { "Pulumi.yaml": "name: [", "package.json": uses }, /has no name/],
  ])("is passed over, and why is known: %s", (_, files, why) => {
    write(files);
    const found = projectAt(folder);
    expect(found.builtIn).toBe(true);
    expect(found.passedOver).toMatch(why);
    expect(found.passedOver).toContain(folder);
  });
});

describe("the backend of a project", () => {
  const shop = () => {
    write({ "Pulumi.yaml": yaml, "package.json": uses });
    return projectAt(folder);
  };
  const nobody = { PULUMI_HOME: "/nowhere" };

  test("is files in .vethlab, where nobody has chosen one", () => {
    const { own, files, environment } = backendOf(shop(), nobody);
    expect({ own, files }).toEqual({ own: true, files: join(folder, ".vethlab", "state") });
    expect(environment).toEqual({
      PULUMI_BACKEND_URL: `file://${folder}/.vethlab/state`,
      PULUMI_CONFIG_PASSPHRASE_FILE: join(folder, ".vethlab", "passphrase"),
      [FROM_ENV]: join(folder, ".vethlab"),
    });
  });

  test.each([
    ["file:///srv/state", "/srv/state"],
    ["file://~", homedir()],
    ["file://~/state?no_tmp_dir=true", join(homedir(), "state")],
    ["s3://bucket", undefined],
    ["https://api.pulumi.com", undefined],
  ])("is the one that PULUMI_BACKEND_URL names: %s", (url, files) => {
    const found = backendOf(shop(), { ...nobody, PULUMI_BACKEND_URL: url });
    expect({ own: found.own, files: found.files }).toEqual({ own: false, files });
    expect(found.inWords).toBe(`${url} (PULUMI_BACKEND_URL)`);
    expect(found.environment).not.toHaveProperty("PULUMI_BACKEND_URL");
  });

  test("is not read from files of another form", () => {
    const env = { ...nobody, PULUMI_BACKEND_URL: "file:///srv/state", PULUMI_DIY_BACKEND_GZIP: "1" };
    expect(backendOf(shop(), env)).not.toHaveProperty("files");
  });

  test("is that of a login, whose credentials our Pulumi is led to", () => {
    const found = shop();
    mkdirSync(join(folder, "home"));
    writeFileSync(join(folder, "home", "credentials.json"), JSON.stringify({ current: "https://x.example" }));
    const env = { PULUMI_HOME: join(folder, "home") };
    const { own, inWords, environment } = backendOf(found, env);
    expect({ own, inWords }).toEqual({ own: false, inWords: "https://x.example (pulumi login)" });
    expect(environment).toMatchObject({ PULUMI_CREDENTIALS_PATH: join(folder, "home") });
  });

  test("what a shell has from `vethlab env` of another project is no choice of the user's", () => {
    const env = {
      PULUMI_HOME: pulumiHome,
      [FROM_ENV]: "/other/.vethlab",
      PULUMI_BACKEND_URL: "file:///other/.vethlab/state",
      PULUMI_CONFIG_PASSPHRASE_FILE: "/other/.vethlab/passphrase",
      PULUMI_CREDENTIALS_PATH: "/nowhere",
    };
    const found = backendOf(shop(), env);
    expect(found).toMatchObject({ own: true, files: join(folder, ".vethlab", "state") });
    expect(found.environment["PULUMI_CONFIG_PASSPHRASE_FILE"]).toBe(join(folder, ".vethlab", "passphrase"));
  });

  test.each([{ PULUMI_CONFIG_PASSPHRASE: "" }, { PULUMI_CONFIG_PASSPHRASE_FILE: "/mine" }])(
    "a passphrase of the user's is taken: %j",
    (env) => {
      const { environment } = backendOf(shop(), { ...nobody, ...env });
      expect(environment).not.toHaveProperty("PULUMI_CONFIG_PASSPHRASE_FILE");
    },
  );

  test("the built-in labs are in files of vethlab's, whatever the user has chosen for projects", () => {
    const env = { PULUMI_BACKEND_URL: "https://api.pulumi.com", PULUMI_CONFIG_PASSPHRASE: "mine" };
    expect(backendOf(projectAt(packageRoot), env)).toMatchObject({ own: true });
  });
});

describe("the project of lab files", () => {
  test("has its records below their folder, and the folder's name", () => {
    const labs = join(folder, "My Labs");
    mkdirSync(labs);
    const found = projectOfFiles(labs);
    expect(found).toMatchObject({
      builtIn: false,
      labFiles: labs,
      name: "my-labs",
      root: join(labs, ".vethlab", "labs"),
    });
    expect(found.id).not.toBe(projectOfFiles(folder).id);
  });

  test("is not that of a program in the folder", () => {
    write({ "Pulumi.yaml": yaml, "package.json": uses });
    expect(projectOfFiles(folder).id).not.toBe(projectAt(folder).id);
  });

  test.each([
    ["lab.yaml", true],
    ["labs/lab.yml", true],
    ["yaml", false],
    [undefined, false],
  ])("%s names a lab file: %s", (word, is) => {
    expect(isLabFile(word)).toBe(is);
  });
});
