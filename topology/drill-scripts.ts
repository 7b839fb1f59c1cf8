import type { DrillFile } from "./drills.ts";

/** Scripts that several labs' drills are made of. An undo is safe to repeat, and to run when nothing was done. */

/**
 * Restarts a lab host's engine. Its containers have no restart policy, so they stay stopped: those named are started in
 * their order, so that on the default bridge each gets its address again.
 */
export function restartEngine(containers: readonly string[] = []): DrillFile {
  return engine("restart", containers);
}

/** Undoes what a restart of the engine that was interrupted has left: containers that are stopped. */
export function startAll(containers: readonly string[] = []): DrillFile {
  return engine("start", containers);
}

/**
 * Kills a lab host's engine and all that it runs, at one moment, as a loss of power does, and keeps it from coming up. The
 * host itself stays, so that it can be started from within.
 */
export const killHost = { file: "power", argument: "lose", environment: {} } satisfies DrillFile;

/** Starts a host that was killed. */
export const startHost = { file: "power", argument: "return", environment: {} } satisfies DrillFile;

function engine(argument: string, containers: readonly string[] = []): DrillFile {
  return { file: "engine", argument, environment: { CONTAINERS: containers.join(" ") } };
}

/** Plugs a container into a network where it is not, with the address that it had. */
export function plugIn(network: string, container: string, ipv4Address = ""): DrillFile {
  return attachment("connect", network, container, ipv4Address);
}

/** Unplugs a container from a network where it is plugged in. */
export function unplug(network: string, container: string): DrillFile {
  return attachment("disconnect", network, container);
}

function attachment(argument: string, network: string, container: string, ipv4Address = ""): DrillFile {
  const environment = {
    CONTAINER: container,
    NETWORK: network,
    ADDRESS: ipv4Address,
    ALIASES: "",
    GATEWAY_PRIORITY: "",
    // The place stays whose it is.
    OWNER: "",
    OWNERS: "",
  };
  return { file: "network-attachment", argument, environment };
}

/** Drops all packets from and to an address, in the kernel of the host that it is run on. */
export function dropAll(address: string): DrillFile {
  return { file: "partition", argument: "drop", environment: { ADDRESS: address } };
}

/** Lets them pass again. */
export function passAll(address: string): DrillFile {
  return { file: "partition", argument: "pass", environment: { ADDRESS: address } };
}

/** Deletes a rule as often as it stands. */
export function deleteRule(table: string, chain: string, rule: string): DrillFile {
  return {
    file: "iptables-rule",
    argument: "delete",
    environment: { TABLE: table, CHAIN: chain, RULE: rule },
  };
}
