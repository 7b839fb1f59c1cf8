import { execa } from "execa";
import { configArgs } from "../../cli/settings.ts";
import { labEnvironment } from "../../toolchain/environment.ts";
import { packageRoot } from "../../toolchain/paths.ts";
import { type Addresses, Topology } from "../../topology/document.ts";

/** A step that Pulumi would take: `update command:local:Command verification-test`. */
export type Step = string;

/** A stack of a test's own, driven by plain Pulumi, as a user of plain Pulumi would. */
export class Stack {
  readonly name: string;
  readonly #lab: string;

  constructor(name: string, lab: string) {
    this.name = name;
    this.#lab = lab;
  }

  /** Runs `pulumi ARGS --stack NAME`; does not throw when it fails. */
  async pulumi(...args: string[]): Promise<{ exitCode?: number | undefined; stdout: string; all: string }> {
    return execa("pulumi", [...args, "--stack", this.name, "--non-interactive"], {
      cwd: packageRoot,
      env: await labEnvironment(),
      all: true,
      reject: false,
      // `pulumi` is searched for where the environment says.
      preferLocal: false,
    });
  }

  async init(config: Record<string, string> = {}): Promise<void> {
    await this.#must("stack", "init");
    await this.configure({ lab: this.#lab, ...config });
  }

  /** Changes settings. */
  async configure(config: Record<string, string>): Promise<void> {
    const settings = Object.entries(config).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
    await this.#must("config", "set-all", ...settings);
  }

  /** @param config settings to be changed before; the stack keeps them */
  async up(config: Record<string, string> = {}): Promise<void> {
    await this.#must("up", "--yes", "--skip-preview", ...configArgs(config));
  }

  async refresh(): Promise<void> {
    await this.#must("refresh", "--yes", "--skip-preview");
  }

  /**
   * What `pulumi preview` says it would do, from its JSON steps; of components, which are only brackets, nothing.
   *
   * @param config settings to be changed before; the stack keeps them
   */
  async preview(config: Record<string, string> = {}): Promise<Step[]> {
    const { stdout } = await this.pulumi("preview", "--json", ...configArgs(config));
    const { steps } = JSON.parse(stdout) as { steps: { op: string; urn: string }[] };
    return steps
      .filter(
        ({ op, urn }) => op !== "same" && !urn.split("::").at(-2)?.split("$").at(-1)?.startsWith("vethlab:"),
      )
      .map(({ op, urn }) => `${op} ${urn.split("::").at(-1) ?? ""}`)
      .sort();
  }

  async topology(): Promise<Topology> {
    return Topology.parse(JSON.parse((await this.pulumi("stack", "output", "topology", "--json")).stdout));
  }

  async addresses(): Promise<Addresses> {
    return JSON.parse((await this.pulumi("stack", "output", "addresses", "--json")).stdout) as Addresses;
  }

  /** Destroys what stands and forgets the stack. */
  async remove(): Promise<void> {
    await this.#must("destroy", "--yes", "--skip-preview");
    await this.#must("stack", "rm", "--yes", "--remove-backups");
  }

  async #must(...args: string[]): Promise<void> {
    const { exitCode, all } = await this.pulumi(...args);
    if (exitCode !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${String(exitCode)}:\n${all}`);
  }
}
