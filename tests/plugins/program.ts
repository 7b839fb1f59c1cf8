import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";

import { binDir, packageRoot, pulumiHome } from "../../toolchain/paths.ts";

/** A resource as Pulumi's state records it. */
export interface Recorded {
  urn: string;
  id: string;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
}

/** The state of the stack, as text and by resource. */
export interface State {
  text: string;
  resource: (name: string) => Recorded;
}

/** A Pulumi program of its own, with a state of its own, in a temporary folder. */
export class Program {
  readonly folder = mkdtempSync(join(tmpdir(), "vethlab-plugins-"));

  constructor(source: string) {
    const files = {
      "Pulumi.yaml": "name: plugins\nruntime: {name: nodejs, options: {typescript: false}}\nmain: index.ts\n",
      "package.json": '{"type": "module"}\n',
      "index.ts": source,
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.folder, name), text);
    symlinkSync(join(packageRoot, "node_modules"), join(this.folder, "node_modules"));
    for (const name of ["state", "tmp"]) mkdirSync(join(this.folder, name));
  }

  /** Runs the CLI; a failure is a result, not an exception. */
  pulumi(args: string[], env: Record<string, string> = {}) {
    return execa(join(binDir, "pulumi"), [...args, "--non-interactive", "--color", "never"], {
      cwd: this.folder,
      reject: false,
      all: true,
      env: {
        PATH: [binDir, join(packageRoot, "node_modules", ".bin"), process.env["PATH"]].join(":"),
        PULUMI_HOME: pulumiHome,
        PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
        PULUMI_CONFIG_PASSPHRASE: "for this test only",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "1",
        PULUMI_SKIP_UPDATE_CHECK: "1",
        TMPDIR: join(this.folder, "tmp"),
        ...env,
      },
    });
  }

  /** The state, with secrets as ciphertext unless `--show-secrets` is among the options. */
  async exported(...options: string[]): Promise<State> {
    const { stdout } = await this.pulumi(["stack", "export", "--stack", "test", ...options]);
    const { resources } = (JSON.parse(stdout) as { deployment: { resources: Recorded[] } }).deployment;
    return {
      text: stdout,
      resource: (name) => {
        const found = resources.find(({ urn }) => urn.endsWith(`::${name}`));
        if (!found) throw new Error(`no ${name} in the state`);
        return found;
      },
    };
  }

  /** What the program's commands wrote to a file of the folder. */
  file(name: string): string {
    return readFileSync(join(this.folder, name), "utf8");
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
