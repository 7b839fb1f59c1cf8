import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, jest, test } from "@jest/globals";
import { packageRoot } from "../../toolchain/paths.ts";
import { projectAt } from "../../toolchain/project.ts";
import { HOME_LABEL } from "../../topology/labels.ts";
import { tracesOf } from "../machine-state.ts";
import { type Ended, inLabEnvironment, startProgram } from "./vethlab.ts";

jest.setTimeout(180_000);

const program = `
import { Box, BridgeNetwork, ContainerHost, LocalHost, Topology, Underlay, Verification } from "vethlab";
import { pingByName } from "vethlab/claims";

const underlay = new Underlay("underlay", { host: new LocalHost("local") });
const host = new ContainerHost("host1", { underlay });
const lan = new BridgeNetwork("lan", { host, subnet: "10.1.0.0/24" });
const [box1, box2] = ["box1", "box2"].map((name) => new Box(name, { networks: [{ network: lan }] }));
const lab = new Topology("topology", { host, claims: [pingByName(box1, box2)] });
new Verification("verification", { topology: lab });

export const { document: topology, addresses } = lab;
`;

/** The source of vethlab, which the package of a user's project is compiled from. */
const pulumiYaml = (name: string) => `name: ${name}
runtime:
  name: nodejs
  options:
    typescript: false
    nodeargs: --conditions=vethlab-source
main: index.ts
`;

/** A project of a user's, in a folder outside of the checkout. */
class OwnProject {
  readonly root = mkdtempSync(join(tmpdir(), "own-project-"));
  readonly id: string;

  constructor(source = program) {
    mkdirSync(join(this.root, "node_modules"));
    symlinkSync(packageRoot, join(this.root, "node_modules", "vethlab"));
    symlinkSync(join(packageRoot, "node_modules", "@pulumi"), join(this.root, "node_modules", "@pulumi"));
    mkdirSync(join(this.root, "below"));
    const files = {
      "Pulumi.yaml": pulumiYaml("test-shop"),
      "package.json": JSON.stringify({ type: "module", dependencies: { vethlab: "*" } }),
      "index.ts": source,
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.root, name), text);
    this.id = projectAt(this.root).id;
  }

  /** Runs `vethlab <args>` in a folder of the project. */
  vethlab(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const command = join(this.root, "node_modules", "vethlab", "cli", "vethlab.mjs");
    const its = { ...process.env, ...env };
    return startProgram(process.execPath, [command, ...args], its, join(this.root, "below")).ended;
  }

  /** The names of its containers on the engine. */
  async containers(): Promise<string[]> {
    const filter = `label=${HOME_LABEL}=${this.id}`;
    const { stdout } = await inLabEnvironment("docker", "ps", "--filter", filter, "--format", "{{.Names}}");
    return stdout.split("\n").filter(Boolean);
  }

  async remove(): Promise<void> {
    await this.vethlab(["down", "--all"]);
    rmSync(this.root, { recursive: true, force: true });
  }
}

describe("a project of the user's, in any folder", () => {
  const shop = new OwnProject();
  const yard = new OwnProject(program.replaceAll('"lan"', '"yard"'));
  writeFileSync(join(yard.root, "Pulumi.yaml"), pulumiYaml("test-yard"));
  afterAll(() => Promise.all([shop.remove(), yard.remove()]));

  test("is built and tested in the stack dev, and says so", async () => {
    const { code, stdout, stderr } = await shop.vethlab(["up"]);
    expect({ code, stdout, stderr }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("dev is up and does what it claims") as unknown,
    });
    expect(await shop.containers()).toEqual(["vethlab-test-shop-dev-host1"]);
  });

  test.each([
    [["status", "--json"], '"health": "healthy"'],
    [["list"], "test-shop"],
    [["verify"], "1 of 1 claims hold"],
    [["exec", "box1", "--", "ping", "-c", "1", "box2"], "1 received"],
    [["exec", "dev", "box1", "--", "ping", "-c", "1", "box2"], "1 received"],
    [["trace", "box1", "box2"], "reply"],
    [["graph"], "10.1.0.0/24"],
    [["preview"], "nothing would change"],
    [["env"], "PULUMI_BACKEND_URL"],
  ])("vethlab %j", async (args, words) => {
    const { stdout, stderr } = await shop.vethlab(args);
    expect({ stdout: stdout.toLowerCase(), stderr }).toMatchObject({
      stdout: expect.stringContaining(words.toLowerCase()) as unknown,
    });
  });

  test("has no part in what another project does with a stack of the same name", async () => {
    expect(await yard.vethlab(["up", "--json"])).toMatchObject({ code: 0 });
    const { stdout } = await yard.vethlab(["down", "--all", "--json"]);
    expect(JSON.parse(stdout)).toEqual({ removed: ["dev"] });
    expect(await yard.containers()).toEqual([]);
    expect(await shop.vethlab(["verify"])).toMatchObject({ code: 0 });
  });

  test("has its stacks elsewhere where PULUMI_BACKEND_URL says so", async () => {
    const folder = join(shop.root, "elsewhere");
    mkdirSync(folder);
    const env = { PULUMI_BACKEND_URL: `file://${folder}`, PULUMI_CONFIG_PASSPHRASE: "of the user's" };
    expect((await shop.vethlab(["list", "--json"], env)).stdout.trim()).toBe("[]");
    const { code, stderr } = await shop.vethlab(["verify"], env);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("no stack yet") as unknown,
    });
  });

  test("goes without a trace", async () => {
    expect(await shop.vethlab(["down"])).toMatchObject({ code: 0 });
    expect(await shop.containers()).toEqual([]);
    expect(await tracesOf("test-shop-dev")).toEqual([]);
  });
});
