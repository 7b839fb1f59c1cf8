import { z } from "zod";
import type { Entrance } from "./visiting.ts";

const FORMAT =
  "[{{json .Id}},{{json .Name}},{{.State.Pid}},{{json .State.Status}},{{json .ResolvConfPath}},{{json .HostsPath}}]";
const Line = z.tuple([z.string(), z.string(), z.int(), z.string(), z.string(), z.string()]);

/** The command that tells the entrances of containers: all of a host in one call. */
export function inspectCommand(containers: Iterable<string>): string[] {
  return ["docker", "inspect", "--type", "container", "--format", FORMAT, "--", ...containers];
}

/** Reads the answer of `inspectCommand`: for each container, by name or id, its entrance, or why it has none. */
export function readEntrances(containers: Iterable<string>, stdout: string): Map<string, Entrance | string> {
  const entrances = new Map<string, Entrance | string>();
  for (const container of containers) entrances.set(container, `there is no container ${container}`);
  for (const line of stdout.split("\n").filter(Boolean)) {
    const [id, path, pid, state, resolvConf, hosts] = Line.parse(JSON.parse(line));
    const name = path.replace(/^\//, "");
    entrances.set(
      entrances.has(id) ? id : name,
      pid > 0 ? containerEntrance(pid, resolvConf, hosts) : `container ${name} is not running (${state})`,
    );
  }
  return entrances;
}

/**
 * The entrance to a container's network, with the tools of the host, since the image of the container may have none. Names
 * are looked up as in the container.
 */
export function containerEntrance(pid: number, resolvConf: string, hosts: string): Entrance {
  return {
    // A mount namespace of its own: its mounts are seen nowhere else, and end with the shell.
    words: ["nsenter", `--net=/proc/${pid}/ns/net`, "unshare", "-m"],
    first: ["names_as", resolvConf, hosts],
  };
}
