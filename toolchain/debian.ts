import { readdirSync } from "node:fs";
import { join } from "node:path";

import type { Suite } from "../images/recipe.ts";
import { MachineLacks } from "./lacks.ts";
import { ask, which } from "./programs.ts";

const keyringDir = "/usr/share/keyrings";

/**
 * Installs Debian packages on the machine.
 *
 * @param otherwise advice for the error message, for machines where packages cannot be installed
 * @throws MachineLacks
 */
export async function installPackages(packages: readonly string[], otherwise: string): Promise<void> {
  const names = packages.join(" ");
  if (!which("apt-get"))
    throw new MachineLacks(`${names} is missing, and this is no Debian-like system.`, otherwise);
  if (process.getuid?.() !== 0)
    throw new MachineLacks(`${names} is missing, and only root can install it.`, otherwise);

  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = () =>
    ask("apt-get", ["install", "-y", "--no-install-recommends", ...packages], { env, timeoutMs: 300_000 });
  let answer = await install();
  if (!answer.ok) {
    // package lists are missing or stale
    await ask("apt-get", ["update"], { env, timeoutMs: 120_000 });
    answer = await install();
  }
  if (!answer.ok) {
    const reason = answer.stderr.split("\n").find((line) => line.startsWith("E:")) ?? answer.stderr.trim();
    throw new MachineLacks(`${names} cannot be installed: ${reason}`, otherwise);
  }
}

/**
 * Arguments of mmdebstrap that make it unpack packages, and write the files as tar to standard output. The packages' scripts
 * do not run: they need an essential system, take four times as long and double the size.
 *
 * @param hooks options that add to the files, or run something there; default none
 */
export async function unpackPackages(
  suite: Suite,
  packages: readonly string[],
  hooks: readonly string[] = [],
): Promise<string[]> {
  return [
    ...["--quiet", "--variant=extract", '--aptopt=APT::Install-Recommends "false"'],
    // Nothing else is wanted of the root, and finish.sh of an image removes apt itself.
    "--skip=cleanup",
    "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr",
    ...debianKeyrings(),
    ...(await aptOptions()),
    // Testing's index is valid for a week, and a mirror may be behind.
    ...(suite === "forky" ? ['--aptopt=Acquire::Check-Valid-Until "false"'] : []),
    `--include=${packages.join(",")}`,
    ...hooks,
    ...[suite, "-", ...(await debianSources(suite))],
  ];
}

/**
 * The sources.list lines by which this machine reaches Debian, for mmdebstrap: the machine may reach a mirror only.
 * Empty where the machine has no such lines; mmdebstrap then uses its own default.
 */
export async function debianSources(suite: string): Promise<string[]> {
  const format = "$(REPO_URI) $(CODENAME) $(COMPONENT) $(LABEL)";
  const { stdout } = await ask("apt-get", ["indextargets", "--format", format, "Created-By: Packages"]);
  return sourcesFor(suite, stdout);
}

/** Picks the lines for a suite from `URI CODENAME COMPONENT LABEL` lines. */
export function sourcesFor(suite: string, targets: string): string[] {
  const rows = targets.split("\n").flatMap((line) => {
    const [uri, codename, component, label] = line.trim().split(" ");
    return uri && codename && component === "main" && label?.startsWith("Debian") ? [{ uri, codename }] : [];
  });
  const own = rows.filter(({ codename }) => codename === suite || codename.startsWith(`${suite}-`));
  // a machine with another Debian release: its mirror has ours too
  const archive = rows.find(({ codename }) => !codename.includes("-"));
  const lines = own.length > 0 ? own : archive ? [{ uri: archive.uri, codename: suite }] : [];
  return [...new Set(lines.map(({ uri, codename }) => `deb ${uri} ${codename} main`))];
}

/** Debian's keys on this machine, as mmdebstrap's arguments. */
export function debianKeyrings(): string[] {
  try {
    return readdirSync(keyringDir)
      .filter((file) => file.startsWith("debian-archive-") && file.endsWith(".gpg"))
      .map((file) => `--keyring=${join(keyringDir, file)}`);
  } catch {
    return [];
  }
}

/** How this machine's apt reaches the network (proxies, certificates), as mmdebstrap's arguments. */
export async function aptOptions(): Promise<string[]> {
  const { stdout } = await ask("apt-config", ["dump"]);
  return stdout
    .split("\n")
    .filter((line) => /^Acquire::https?(::.*)? ".+";$/i.test(line))
    .map((line) => `--aptopt=${line.slice(0, -1)}`);
}
