import { HOME_LABEL, STACK_LABEL, SWARM_LABEL } from "../topology/labels.ts";
import type { MachineAddress, SshMachine } from "../topology/machine.ts";
import { SSH_LIMIT_SECONDS, type SshTarget } from "../topology/ssh.ts";
import { scriptCall } from "../scripts/index.ts";
import { sshShell } from "../scripts/ssh.ts";
import { CONTAINER_FORMAT, containersOf, distinct, networksOf, routesOf } from "./machine.ts";
import { project } from "./project.ts";
import { ask } from "./programs.ts";

/** The oldest supported engine. */
const OLDEST_API = "1.41";

const LOOKING = scriptCall("ssh-machine", [], {
  CONTAINER: CONTAINER_FORMAT,
  OWNER: `{{.Label "${HOME_LABEL}"}} {{.Label "${STACK_LABEL}"}}`,
  MARK: SWARM_LABEL,
});

/**
 * Looks at machines over ssh, side by side, without changing them. Takes as long as the slowest machine, 10 s at most.
 * What keeps a lab from standing on a machine is returned as the machine's problem.
 */
export function lookAtSshMachines(targets: readonly SshTarget[]): Promise<SshMachine[]> {
  return Promise.all(targets.map(lookAt));
}

async function lookAt(target: SshTarget): Promise<SshMachine> {
  const [program = "", ...words] = sshShell(target);
  const { ok, stdout, stderr } = await ask(program, [...words, ...LOOKING], {
    timeoutMs: SSH_LIMIT_SECONDS * 1000,
  });
  const nothing = { target, networksInUse: [] };
  if (!ok) return { ...nothing, problem: explain(target, stderr) };
  const said = (key: string): string => new RegExp(`^${key} (.*)$`, "m").exec(stdout)?.[1] ?? "";
  const server = JSON.parse(said("server")) as { Version?: string; ApiVersion?: string };
  if (older(server.ApiVersion ?? "", OLDEST_API)) {
    return {
      ...nothing,
      problem: {
        allowed: `its Docker ${server.Version ?? ""} is too old: labs need 20.10 or later`,
        fix: "install a newer one there",
      },
    };
  }
  // SSH_CONNECTION: the client's address and port, then the server's.
  const address = said("address").split(" ")[2];
  const listed = [...stdout.matchAll(/^container (.*)$/gm)].map(([, line = ""]) => line);
  const inspected = stdout.slice(stdout.indexOf("\nnetworks\n") + "\nnetworks\n".length);
  return {
    target,
    ...(server.Version === undefined ? {} : { engineVersion: server.Version }),
    ...(address === undefined ? {} : { address }),
    addresses: addressesIn(said("addresses") || "[]"),
    ...(said("swarm") === "inactive" ? {} : { swarm: { owners: ownersIn(stdout) } }),
    containersInUse: containersOf(listed.join("\n"), project.id),
    networksInUse: distinct([
      ...networksOf(inspected || "[]", project.id),
      ...routesOf(said("routes") || "[]"),
    ]),
  };
}

/** Reads the output of `ip -json address`: the addresses that other machines may reach. */
export function addressesIn(listed: string): MachineAddress[] {
  const links = JSON.parse(listed) as {
    ifname: string;
    mtu: number;
    addr_info?: { family: string; local: string; prefixlen: number }[];
  }[];
  return links.flatMap(({ ifname, mtu, addr_info = [] }) =>
    addr_info
      .filter(({ family, local }) => family === "inet" && !local.startsWith("127."))
      .map(({ local, prefixlen }) => ({
        address: local,
        prefixLength: prefixlen,
        interface: ifname,
        mtuBytes: mtu,
      })),
  );
}

/** The stacks of this vethlab that have marked the engine's Swarm as theirs. */
function ownersIn(stdout: string): string[] {
  return [...stdout.matchAll(/^owner (\S+) (\S+)$/gm)].flatMap(([, home, stack = ""]) =>
    home === project.id ? [stack] : [],
  );
}

/** The cause of a failure in plain words, read from the messages of ssh and docker. */
export function explain(
  { destination }: Pick<SshTarget, "destination">,
  stderr: string,
): { allowed: string; fix: string } {
  const last = stderr.trim().split("\n").at(-1) ?? "";
  const byHand = `try: ssh ${destination} docker version`;
  const is = (words: RegExp): boolean => words.test(stderr);
  if (is(/Permission denied \(/))
    return { allowed: "lets nobody in with the keys that ssh has", fix: `put a key there; ${byHand}` };
  if (is(/Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/))
    return {
      allowed: "shows a host key that is not in known_hosts, or another than there",
      fix: `compare the key, and accept it once: ssh ${destination}`,
    };
  if (is(/Could not resolve hostname/))
    return { allowed: "has a name that nobody knows", fix: "see how it is written, or use its address" };
  if (is(/there is no docker/))
    return { allowed: "has no docker command", fix: "install Docker there, 20.10 or later" };
  if (is(/permission denied while trying to connect|dial unix .*permission denied/i))
    return {
      allowed: "has an engine that this user may not use",
      fix: "use root, or put the user into the group docker there",
    };
  if (is(/Cannot connect to the Docker daemon/))
    return { allowed: "has a Docker engine that does not run", fix: "start it there" };
  if (is(/timed out|refused|No route|unreachable|Connection closed/i) || last.startsWith("Command failed"))
    return {
      allowed: `does not answer to ssh within ${SSH_LIMIT_SECONDS} s${last.startsWith("Command failed") ? "" : `: ${last}`}`,
      fix: `see that it runs and that its SSH port is open; ${byHand}`,
    };
  return { allowed: `cannot be used: ${last}`, fix: byHand };
}

/** Whether version `a` is older than `b`. */
function older(a: string, b: string): boolean {
  const [[majorA = 0, minorA = 0], [majorB = 0, minorB = 0]] = [a, b].map((one) =>
    one.split(".").map(Number),
  ) as [number[], number[]];
  return majorA < majorB || (majorA === majorB && minorA < minorB);
}
