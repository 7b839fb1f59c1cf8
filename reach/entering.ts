import type { TopologyHost } from "../topology/document.ts";
import { dockerCommand } from "../topology/docker-command.ts";
import type { Place } from "./places.ts";

/**
 * The words before a command that run it at a place, from this machine, with its standard input.
 *
 * @param terminal whether the command gets the terminal of this process. Default: false.
 */
export function entering(place: Place, { terminal = false }: { terminal?: boolean } = {}): string[] {
  const { host, kind } = place;
  if (kind === "engine") return host.engineShell ?? host.shell ?? [];
  if (kind === "container") return [...engineCommand(host), "exec", terminal ? "-it" : "-i", place.name];
  const shell = host.shell ?? [];
  return [...(terminal ? shell.map((word) => (word === "-i" ? "-it" : word)) : shell), ...onHost(place)];
}

/** The words before a command that run it at a place, from a shell on its host. */
export function onHost(place: Place): string[] {
  switch (place.kind) {
    case "host":
    case "engine":
      return [];
    case "container":
      return ["docker", "exec", place.name];
    case "namespace":
      return ["ip", "netns", "exec", place.name];
    case "namespace file":
      return ["nsenter", `--net=${place.name}`];
  }
}

/** The words that begin a docker command for the engine of a host, from this machine. */
export function engineCommand(host: TopologyHost): string[] {
  return host.kind === "ssh" ? [...(host.shell ?? []), "docker"] : dockerCommand(host);
}
