import { asking, prelude } from "./protocol.ts";
import { commandLine } from "../topology/shell.ts";

/** How the shell of a host gets into the network of one of its nodes. */
export type Entrance =
  | { into: "host" }
  | { into: "namespace"; name: string }
  | { into: "container"; pid: number; resolvConf: string; hosts: string }
  /** By `docker exec`: with the container's own tools, and without rights on the host but to use its engine. */
  | { into: "container by exec"; container: string };

/** The commands to run in one node. */
export interface Visit {
  /** Key of the frame that tells that the visit is over, with its status and what went wrong in entering. */
  key: string;
  entrance: Entrance;
  commands: ReadonlyMap<string, readonly string[]>;
}

/**
 * A script for the shell of a host that visits nodes side by side, in the background, one entered shell for each.
 * The tools are those of the host, whatever image a container is of; name lookup is the container's own. On a machine
 * of the user's, which has what it has, containers are entered by `docker exec`.
 */
export function visiting(round: number, visits: readonly Visit[]): string {
  const lines = visits.map(({ key, entrance, commands }) => {
    const script = `${lookup(entrance)}${prelude(round)}${asking(commands)}`;
    const enter = commandLine([...door(entrance), "sh", "-c", script]);
    return `{ problem=$(${enter} 2>&1 >&4); emit ${key} $? "$problem"; } &\n`;
  });
  return `${prelude(round)}exec 4>&1\n${lines.join("")}`;
}

function door(entrance: Entrance): string[] {
  switch (entrance.into) {
    case "host":
      return [];
    case "namespace":
      return ["ip", "netns", "exec", entrance.name];
    case "container by exec":
      return ["docker", "exec", entrance.container];
    case "container":
      // its mount namespace is private: what `lookup` mounts is seen nowhere else and gone with the shell
      return ["nsenter", `--net=/proc/${entrance.pid}/ns/net`, "unshare", "-m"];
  }
}

function lookup(entrance: Entrance): string {
  if (entrance.into !== "container") return "";
  return [
    commandLine(["mount", "--bind", entrance.resolvConf, "/etc/resolv.conf"]),
    commandLine(["mount", "--bind", entrance.hosts, "/etc/hosts"]),
  ]
    .map((mount) => `${mount} || exit\n`)
    .join("");
}
