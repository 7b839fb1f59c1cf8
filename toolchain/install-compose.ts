import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

import { execa } from "execa";

import { debianBase, haveBase, tail } from "./build-image.ts";
import { composePackage, composeVersion, ownCompose } from "./compose.ts";
import { installPackages, unpackPackages } from "./debian.ts";
import { needSpace } from "./disk.ts";
import { type Engine, engineEnvironment, findEngine } from "./engine.ts";
import { MachineLacks } from "./lacks.ts";
import { which, widePath } from "./programs.ts";

const { suite, name, version } = composePackage;
const versionedName = `${name}=${version}*`;
/** The program in the package. */
const fileInPackage = "./usr/libexec/docker/cli-plugins/docker-compose";

const fix =
  "install Docker Compose 2 or later (docs.docker.com/compose/install): `docker compose version` must work.";

/** A command that writes the package's files as tar to standard output. */
export interface PackageSource {
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
}

/**
 * Puts Debian's Compose into the toolchain's folder: from a container where a Debian image is at hand or can be pulled,
 * elsewhere with mmdebstrap. Only the one program is kept, and no engine is needed afterwards.
 *
 * @param source default: the one that works on this machine
 * @throws MachineLacks
 */
export async function installCompose(say: (line: string) => void, source?: PackageSource): Promise<void> {
  if (process.platform !== "linux") throw new MachineLacks("There is no Docker Compose here.", fix);
  const folder = dirname(ownCompose);
  needSpace(folder, 0.5, "Docker Compose");
  mkdirSync(folder, { recursive: true });
  removeParts(folder);
  const part = `${ownCompose}.part-${process.pid}-${randomBytes(3).toString("hex")}`;
  try {
    const { command, args, env } = source ?? (await chooseSource(say));
    say(`fetching Docker Compose ${version}`);
    const files = execa(command, args, {
      env,
      extendEnv: false,
      encoding: "buffer",
      buffer: { stdout: false },
      timeout: 5 * 60_000,
    });
    const program = files.pipe("tar", ["-xO", fileInPackage], { stdout: { file: part } });
    // Where no files come tar fails too, and does not know why.
    const [came] = await Promise.allSettled([files, program]);
    if (came.status === "rejected") throw came.reason;
    await program;
    chmodSync(part, 0o755);
    if ((await composeVersion([part])) === undefined) throw new Error("Debian's program does not run here");
    renameSync(part, ownCompose);
  } catch (error) {
    throw new MachineLacks(
      `There is no Docker Compose here, and Debian's cannot be had:\n${why(error)}`,
      fix,
    );
  } finally {
    rmSync(part, { force: true });
  }
}

/** Removes what processes left that were killed while they fetched. */
function removeParts(folder: string): void {
  for (const file of readdirSync(folder)) {
    const [, pid] = /^docker-compose-.*\.part-(\d+)-/.exec(file) ?? [];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) rmSync(join(folder, file), { force: true });
  }
}

/** The last words of the program that failed, apt's errors where there are any; or what the error says. */
function why(error: unknown): string {
  const { stderr = "", message } = error as { stderr?: Uint8Array | string; message: string };
  const words = Buffer.from(stderr).toString().trim() || (message.split("\n")[0] ?? "");
  const errors = words.split("\n").filter((line) => line.startsWith("E: "));
  return tail(errors.length > 0 ? errors.join("\n") : words);
}

async function chooseSource(say: (line: string) => void): Promise<PackageSource> {
  const engine = await findEngine();
  const base = debianBase(suite);
  if (engine) {
    say(`looking for ${base}`);
    if (await haveBase(engine, base)) return fromContainer(engine, base);
  }
  if (!which("mmdebstrap")) await installPackages(["mmdebstrap"], fix);
  return {
    command: "mmdebstrap",
    args: await unpackPackages(suite, [versionedName]),
    env: { ...process.env, PATH: widePath() },
  };
}

/** The package as apt in a container of a Debian image fetches it. */
export function fromContainer(engine: Engine, base: string): PackageSource {
  const script = `cd /tmp && apt-get -qq update >&2 && apt-get -qq download '${versionedName}' >&2 && dpkg-deb --fsys-tarfile ${name}_*.deb`;
  return {
    command: "docker",
    // The machine's own network, so that apt reaches the same proxy or mirror as on the machine; no log, which would keep
    // the program too.
    args: ["run", "--rm", "--network", "host", "--log-driver", "none", base, "sh", "-c", script],
    env: engineEnvironment(engine),
  };
}
