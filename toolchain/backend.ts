import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { pulumiHome } from "./paths.ts";
import type { Project } from "./project.ts";

/** Where Pulumi keeps the stacks of a project. */
export interface Backend {
  /** Whether it is the project's `.vethlab`, since nobody has chosen another. */
  own: boolean;
  /** For people: its URL, and where that was said. */
  inWords: string;
  /** Its folder with the records of the project's stacks, where these are files that can be read as they are. */
  files?: string;
  /** What leads Pulumi there, and to the user's login and passphrase. */
  environment: Record<string, string>;
}

/** The folder whose backend and passphrase a shell has from `vethlab env`: these are no choice of the user's. */
export const FROM_ENV = "VETHLAB_STATE";

/**
 * The backend of a project as Pulumi itself chooses it: PULUMI_BACKEND_URL, backend.url of Pulumi.yaml, a login. Without
 * any of these, and for the built-in labs, files in the project's `.vethlab`.
 */
export function backendOf(project: Project, env: NodeJS.ProcessEnv = process.env): Backend {
  const chosen = project.builtIn ? undefined : chosenUrl(project, env);
  const files = chosen === undefined ? join(project.home, "state") : folderOf(chosen.url, project.root, env);
  return {
    own: chosen === undefined,
    inWords: chosen === undefined ? `file://${files ?? ""}` : `${chosen.url} (${chosen.by})`,
    ...(files === undefined ? {} : { files }),
    environment: {
      ...(chosen === undefined ? { PULUMI_BACKEND_URL: `file://${files ?? ""}` } : userLogin(env)),
      ...(hasPassphrase(env) && !project.builtIn
        ? {}
        : { PULUMI_CONFIG_PASSPHRASE_FILE: join(project.home, "passphrase") }),
      [FROM_ENV]: project.home,
    },
  };
}

function chosenUrl({ backendUrl }: Project, env: NodeJS.ProcessEnv): { url: string; by: string } | undefined {
  const { PULUMI_BACKEND_URL: url, [FROM_ENV]: before } = env;
  if (url && url !== `file://${before ?? ""}/state`) return { url, by: "PULUMI_BACKEND_URL" };
  if (backendUrl !== undefined) return { url: backendUrl, by: "backend.url of Pulumi.yaml" };
  const login = loginIn(usersPulumiHome(env));
  return login === undefined ? undefined : { url: login, by: "pulumi login" };
}

function hasPassphrase(env: NodeJS.ProcessEnv): boolean {
  const { PULUMI_CONFIG_PASSPHRASE: text, PULUMI_CONFIG_PASSPHRASE_FILE: file, [FROM_ENV]: before } = env;
  return text !== undefined || (file !== undefined && file !== `${before ?? ""}/passphrase`);
}

/** PULUMI_HOME of the user: what their own Pulumi keeps there is read, never written. */
export function usersPulumiHome(env: NodeJS.ProcessEnv): string {
  const { PULUMI_HOME } = env;
  return PULUMI_HOME && PULUMI_HOME !== pulumiHome ? PULUMI_HOME : join(homedir(), ".pulumi");
}

function userLogin(env: NodeJS.ProcessEnv): Record<string, string> {
  const home = usersPulumiHome(env);
  const known = env["PULUMI_CREDENTIALS_PATH"] !== undefined || loginIn(home) === undefined;
  return known ? {} : { PULUMI_CREDENTIALS_PATH: home };
}

/** The backend that `pulumi login` has noted. */
function loginIn(home: string): string | undefined {
  try {
    const { current } = JSON.parse(readFileSync(join(home, "credentials.json"), "utf8")) as {
      current?: string;
    };
    return current === "" ? undefined : current;
  } catch {
    return undefined;
  }
}

/** The folder of a `file://` backend; undefined for other backends, and for files of another form (gzip, before 3.61). */
function folderOf(url: string, root: string, env: NodeJS.ProcessEnv): string | undefined {
  if (!url.startsWith("file://") || env["PULUMI_DIY_BACKEND_GZIP"] !== undefined) return undefined;
  const path = url.slice("file://".length).replace(/[?#].*$/, "");
  const folder = path.startsWith("~")
    ? join(homedir(), path.slice(1))
    : path.startsWith("/")
      ? fileURLToPath(`file://${path}`)
      : resolve(root, path);
  const pulumi = join(folder, ".pulumi"); // Of `file://~` also PULUMI_HOME of the user.
  const legacy = existsSync(join(pulumi, "stacks")) && !existsSync(join(pulumi, "meta.yaml"));
  return legacy ? undefined : folder;
}
