import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import { packageSchema } from "../../provider/package-schema.ts";
import { packageRoot, version } from "../../toolchain/paths.ts";
import { pulumiVersion } from "../../toolchain/pulumi.ts";
import { inLabEnvironment } from "../live/vethlab.ts";
import { tracesOf } from "../machine-state.ts";

// Pulumi's code generators and its YAML language host are compiled: minutes, when Go's cache is empty.
jest.setTimeout(1_800_000);

const folder = mkdtempSync(join(tmpdir(), "languages-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs Go with the modules that a folder's code asks for. */
const go = (cwd: string, ...words: string[]) =>
  execa("go", words, { cwd, env: { CGO_ENABLED: "0", GOFLAGS: "-mod=mod" } });

/** Pulumi's language hosts for Go and Python cannot be had from the Go module proxy; the generators that they call can. */
describe("the SDKs that Pulumi generates", () => {
  beforeAll(async () => {
    const generator = join(folder, "generator");
    mkdirSync(generator);
    cpSync(join(packageRoot, "tests", "hosts", "sdks", "main.go"), join(generator, "main.go"));
    const needs = ["pkg", "sdk"].map(
      (one) => `require github.com/pulumi/pulumi/${one}/v3 v${pulumiVersion}\n`,
    );
    writeFileSync(join(generator, "go.mod"), `module generator\n\ngo 1.26\n\n${needs.join("")}`);
    const schema = join(folder, "schema.json");
    writeFileSync(schema, JSON.stringify(packageSchema(version)));
    await go(generator, "run", ".", schema, folder);
  });

  test("in Go compiles, with a program", async () => {
    const sdk = join(folder, "go");
    const needs = `require github.com/pulumi/pulumi/sdk/v3 v${pulumiVersion}`;
    writeFileSync(join(sdk, "go.mod"), `module example.com/pulumi-vethlab/sdk/go\n\ngo 1.24\n\n${needs}\n`);
    const program = `package main

import (
	"example.com/pulumi-vethlab/sdk/go/vethlab"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		lab, err := vethlab.NewLab(ctx, "shop", &vethlab.LabArgs{
			Networks: vethlab.NetworkMap{"front": vethlab.NetworkArgs{Subnet: pulumi.String("10.1.0.0/24")}},
			Boxes: vethlab.BoxMap{
				"web": vethlab.BoxArgs{Networks: pulumi.Array{pulumi.String("front")}},
				"app": vethlab.BoxArgs{Networks: pulumi.Array{vethlab.EndpointArgs{Network: pulumi.String("front")}}},
			},
			Claims: pulumi.Array{pulumi.String("web reaches app by name")},
		})
		if err != nil {
			return err
		}
		ctx.Export("topology", lab.Topology)
		return nil
	})
}
`;
    writeFileSync(join(sdk, "main.go"), program);
    await go(sdk, "vet", "./...");
    writeFileSync(join(sdk, "main.go"), program.replace("Subnet:", "Subnt:"));
    await expect(go(sdk, "vet", ".")).rejects.toThrow("unknown field Subnt");
  });

  test("in Python passes mypy, with a program", async () => {
    const sdk = join(folder, "python");
    const program = `import pulumi
import pulumi_vethlab as vethlab

lab = vethlab.Lab(
    "shop",
    networks={"front": vethlab.NetworkArgs(subnet="10.1.0.0/24")},
    boxes={
        "web": vethlab.BoxArgs(networks=["front"]),
        "app": vethlab.BoxArgs(networks=[vethlab.EndpointArgs(network="front")]),
    },
    claims=["web reaches app by name"],
)
pulumi.export("topology", lab.topology)
`;
    writeFileSync(join(sdk, "program.py"), program);
    writeFileSync(join(sdk, "wrong.py"), program.replace("subnet=", "subnt="));
    await execa("python3", ["-m", "venv", "venv"], { cwd: sdk });
    await execa("venv/bin/pip", ["install", "--quiet", `pulumi==${pulumiVersion}`, "mypy"], { cwd: sdk });
    const mypy = async (...files: string[]) => {
      const options = ["--explicit-package-bases", "--follow-imports=silent"];
      return (await execa("venv/bin/mypy", [...options, ...files], { cwd: sdk, reject: false })).stdout;
    };
    expect(await mypy("program.py", "pulumi_vethlab/lab.py", "pulumi_vethlab/_inputs.py")).toMatch(
      /^Success/,
    );
    expect(await mypy("wrong.py")).toContain('did you mean "subnet"?');
  });
});

describe("a program in Pulumi's YAML", () => {
  const program = join(folder, "yaml");
  const bin = join(program, "bin");
  const pulumi = (...args: string[]) =>
    inLabEnvironment(
      "bash",
      "-c",
      `PATH=${bin}:$PATH PULUMI_BACKEND_URL=file://${program}/state exec pulumi "$@"`,
      "pulumi",
      ...args,
    );
  beforeAll(async () => {
    for (const one of ["bin", "state", "host"]) mkdirSync(join(program, one), { recursive: true });
    const host = join(program, "host");
    writeFileSync(
      join(host, "go.mod"),
      "module host\n\ngo 1.26\n\nrequire github.com/pulumi/pulumi-yaml v1.25.0\n",
    );
    const hostProgram = "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml";
    await go(host, "build", "-trimpath", "-ldflags", "-s -w", "-o", bin, hostProgram);
    symlinkSync(
      join(packageRoot, "provider", "pulumi-resource-vethlab.mjs"),
      join(bin, "pulumi-resource-vethlab"),
    );
    writeFileSync(
      join(program, "Pulumi.yaml"),
      `name: test-yaml
runtime: yaml
plugins:
  providers:
    - { name: vethlab, path: bin }
resources:
  shop:
    type: vethlab:Lab
    properties:
      networks: { front: { subnet: 10.1.0.0/24 } }
      boxes:
        web: { networks: [front] }
        app: { networks: [{ network: front }] }
      claims: [web reaches app by name]
outputs: { topology: "\${shop.topology}", addresses: "\${shop.addresses}" }
`,
    );
  });

  const its = ["--cwd", program, "--stack", "dev", "--non-interactive"];
  // A test that failed half-way leaves nothing either.
  afterAll(() => pulumi("destroy", "--yes", "--skip-preview", "--remove", ...its));

  test("is built, tested and removed", async () => {
    await pulumi("stack", "init", ...its);
    const { code, stdout } = await pulumi("up", "--yes", "--skip-preview", ...its);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("1 of 1 claims hold") as unknown,
    });
    expect((await pulumi("destroy", "--yes", "--skip-preview", ...its)).code).toBe(0);
    expect(await tracesOf("test-yaml-dev")).toEqual([]);
  });
});
