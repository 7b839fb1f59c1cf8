import type { Scope } from "./scope.ts";

/**
 * Where a stack has what its hosts' engines are reached by while it stands: sockets, certificates. Short, since a
 * socket's path is limited, and the user's own (mode 0700).
 */
export function runDirectory({ stack, project, home }: Scope): string {
  const folder = `/tmp/vethlab-${process.getuid?.() ?? 0}`;
  // The id, not the name: two copies of a project have one name.
  return project === undefined ? `${folder}/${stack}` : `${folder}/${(home ?? project).slice(0, 8)}/${stack}`;
}

/** The part of it that is one host's. */
export function hostDirectory(scope: Scope, host: string): string {
  return `${runDirectory(scope)}/${host}`;
}
