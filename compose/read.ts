import { composeProgram } from "../toolchain/compose.ts";
import { ask } from "../toolchain/programs.ts";

/** What Compose is asked to read; its own options. */
export interface ComposeFiles {
  /** The files, as absolute paths; later ones are merged over earlier ones (`--file`). */
  files: readonly string[];
  /** The profiles whose services are read too (`--profile`). Default: those of COMPOSE_PROFILES. */
  profiles?: readonly string[];
  /** The files with values for variables (`--env-file`). Default: `.env` beside the first file. */
  envFiles?: readonly string[];
  /** The folder from which relative paths go (`--project-directory`). Default: that of the first file. */
  projectDirectory?: string;
}

/** What Compose has read. */
export interface ComposeRead {
  /** The canonical form (`docker compose config --format json`): every short form written out, every default named. */
  project: unknown;
  /** What Compose warned of, each once, such as a variable without a value. */
  warnings: readonly string[];
}

/** A file that Compose refuses, in Compose's own words. Exit code 2. */
export class ComposeRefuses extends Error {
  override name = "ComposeRefuses";
  readonly exitCode = 2;
}

/**
 * Has Compose read files. Nothing of the files runs, no engine is asked, and nothing is fetched from elsewhere: Compose
 * refuses an `include` of a repository or registry.
 *
 * @param say called with each step in words while a Compose is fetched that this machine lacks
 * @throws ComposeRefuses
 * @throws MachineLacks where there is no Compose
 */
export async function readCompose(
  { files, profiles = [], envFiles = [], projectDirectory }: ComposeFiles,
  say?: (line: string) => void,
): Promise<ComposeRead> {
  const [program = "", ...words] = await composeProgram(say);
  const { ok, stdout, stderr } = await ask(
    program,
    [
      ...words,
      ...files.flatMap((file) => ["--file", file]),
      ...profiles.flatMap((profile) => ["--profile", profile]),
      ...envFiles.flatMap((file) => ["--env-file", file]),
      ...(projectDirectory === undefined ? [] : ["--project-directory", projectDirectory]),
      ...["config", "--format", "json"],
    ],
    { env: { ...offline, ...process.env }, timeoutMs: 60_000 },
  );
  const { warnings, message } = composeMessages(stderr);
  if (!ok) throw new ComposeRefuses(message);
  // Compose writes the file so that it could be read again: each dollar twice.
  return { project: JSON.parse(stdout.replaceAll("$$", () => "$")), warnings };
}

/** Compose fetches nothing, unless the user's environment says so. */
const offline = { COMPOSE_EXPERIMENTAL_GIT_REMOTE: "false", COMPOSE_EXPERIMENTAL_OCI_REMOTE: "false" };

/** Tells what Compose says on standard error: its warnings, each once, and the rest, which is an error's message. */
export function composeMessages(stderr: string): { warnings: string[]; message: string } {
  const warnings = new Set<string>();
  const rest: string[] = [];
  for (const line of stderr.split("\n")) {
    // logrus writes each entry as a line of key=value: time="..." level=warning msg="..."
    const [, level, quoted] = /^time=\S+ level=(\w+) msg=("(?:[^"\\]|\\.)*"|\S+)/.exec(line) ?? [];
    if (quoted === undefined) rest.push(line);
    else if (level === "warning") warnings.add(unquote(quoted));
    else if (level !== "info" && level !== "debug") rest.push(unquote(quoted));
  }
  return { warnings: [...warnings], message: rest.join("\n").trim() };
}

/** A value as logrus writes it. */
function unquote(value: string): string {
  try {
    return value.startsWith('"') ? (JSON.parse(value) as string) : value;
  } catch {
    return value.slice(1, -1); // an escape of Go that JSON has not
  }
}
