import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { packageRoot } from "../../toolchain/paths.ts";

/** What `npm pack` tells of the file that it makes. */
interface PackedFile {
  filename: string;
  /** In bytes. */
  size: number;
  files: { path: string; size: number }[];
}

/** The package as npm would publish it, built now. */
export class Packed {
  readonly folder: string;
  readonly file: string;
  readonly told: PackedFile;

  private constructor(folder: string, told: PackedFile) {
    this.folder = folder;
    this.told = told;
    this.file = join(folder, told.filename);
  }

  static async pack(): Promise<Packed> {
    const folder = mkdtempSync(join(tmpdir(), "vethlab-package-"));
    const { stdout } = await execa("npm", ["pack", "--json", "--pack-destination", folder], {
      cwd: packageRoot,
    });
    const [told] = JSON.parse(stdout) as PackedFile[];
    if (told === undefined) throw new Error("npm has packed nothing");
    return new Packed(folder, told);
  }

  /** A folder of someone who has installed the package: beside it only what its package.json and `besides` name. */
  async consumer(name: string, besides: readonly string[], files: Record<string, string>): Promise<string> {
    const consumer = join(this.folder, name);
    const modules = join(consumer, "node_modules");
    const installed = join(modules, "vethlab");
    mkdirSync(installed, { recursive: true });
    await execa("tar", ["-xzf", this.file, "--strip-components=1", "-C", installed]);
    const { dependencies } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    for (const dependency of [...Object.keys(dependencies), ...besides]) {
      const link = join(modules, dependency);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(packageRoot, "node_modules", dependency), link);
    }
    for (const [file, text] of Object.entries(files)) writeFileSync(join(consumer, file), text);
    return consumer;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
