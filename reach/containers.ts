import { z } from "zod";
import type { Entrance } from "./entering.ts";

const FORMAT =
  "[{{json .Id}},{{json .Name}},{{.State.Pid}},{{json .State.Status}},{{json .ResolvConfPath}},{{json .HostsPath}}]";
const Line = z.tuple([z.string(), z.string(), z.int(), z.string(), z.string(), z.string()]);

/** The command that tells what is needed to enter containers: all of a host in one call. */
export function inspectCommand(containers: Iterable<string>): string[] {
  return ["docker", "inspect", "--type", "container", "--format", FORMAT, "--", ...containers];
}

/** What `inspectCommand` answered: for each container, by name or id, how to enter it, or why that cannot be. */
export function readEntrances(containers: Iterable<string>, stdout: string): Map<string, Entrance | string> {
  const entrances = new Map<string, Entrance | string>();
  for (const container of containers) entrances.set(container, `there is no container ${container}`);
  for (const line of stdout.split("\n").filter(Boolean)) {
    const [id, path, pid, state, resolvConf, hosts] = Line.parse(JSON.parse(line));
    const name = path.replace(/^\//, "");
    entrances.set(
      entrances.has(id) ? id : name,
      pid > 0 ? { into: "container", pid, resolvConf, hosts } : `container ${name} is not running (${state})`,
    );
  }
  return entrances;
}
