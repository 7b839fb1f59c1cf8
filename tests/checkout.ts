import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../toolchain/paths.ts";
import { project } from "../toolchain/project.ts";
import { type Ended, startProgram } from "./live/vethlab.ts";

const parts = [
  ...["Pulumi.yaml", "package.json", "jest.config.js", "index.ts", "program.ts", "lab-file.ts"],
  ...["topology", "reach", "checks", "compose", "images"],
  ...["toolchain", "components", "scripts", "stacks", "cli", "docs", "tests"],
];

/** A copy of the checkout that may be changed, on the toolchain and the state of this one. */
export class Checkout {
  readonly #folder = mkdtempSync(join(tmpdir(), "vethlab-checkout-"));

  constructor() {
    for (const part of parts) cpSync(join(packageRoot, part), this.path(part), { recursive: true });
    symlinkSync(join(packageRoot, "node_modules"), this.path("node_modules"));
    symlinkSync(project.home, this.path(".vethlab"));
  }

  /** Where a file of it is. */
  path(file: string): string {
    return join(this.#folder, file);
  }

  read(file: string): string {
    return readFileSync(this.path(file), "utf8");
  }

  write(file: string, text: string): void {
    writeFileSync(this.path(file), text);
  }

  /** Runs a program of it by Node, in its folder. */
  run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return startProgram(
      process.execPath,
      [this.path(program), ...args],
      { ...process.env, ...env },
      this.#folder,
    ).ended;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
