/**
 * Where a stack has what its hosts' engines are reached by while it stands: sockets, certificates. Short, since a
 * socket's path is limited, and the user's own (mode 0700).
 */
export function runDirectory(stack: string): string {
  return `/tmp/vethlab-${process.getuid?.() ?? 0}/${stack}`;
}

/** The part of it that is one host's. */
export function hostDirectory(stack: string, host: string): string {
  return `${runDirectory(stack)}/${host}`;
}
