/** Constructors of claims about the services of a Swarm, for lab files. Who the tasks are is asked when they are tested. */
import type { InspectionClaim } from "../topology/claims.ts";
import type { TasksReach } from "../topology/service-claims.ts";
import { describeTarget, type To, toTarget } from "./probing.ts";

/** An OverlayService, or its name. */
export type ServiceName = string | { serviceName: string };
type NetworkName = string | { networkName: string };

/** `tasks.NAME` has the addresses of exactly the running tasks. `from`: a node, or a service for each of its tasks. */
export function taskNames(from: ServiceName, service: ServiceName, network: NetworkName): InspectionClaim {
  return nameClaim(from, `tasks.${nameOf(service)}`, service, network, "tasks");
}

/** The service's own name has the addresses of all its tasks (endpoint mode dnsrr). */
export function allAddresses(from: ServiceName, service: ServiceName, network: NetworkName): InspectionClaim {
  return nameClaim(from, nameOf(service), service, network, "tasks");
}

/** The service's own name has one virtual address (endpoint mode vip). */
export function virtualAddress(
  from: ServiceName,
  service: ServiceName,
  network: NetworkName,
): InspectionClaim {
  return nameClaim(from, nameOf(service), service, network, "vip");
}

/** The service has no virtual address. */
export function noVirtualAddress(service: ServiceName): InspectionClaim {
  return {
    summary: `${nameOf(service)} has no virtual address`,
    inspect: { kind: "service without vip", service: nameOf(service) },
  };
}

/** A claim of pings between tasks; other claims may be tested while they go on. */
export type TasksReachClaim = InspectionClaim & { inspect: TasksReach };

/** Every task of `from` pings every task of `service` by its address on the network, on whatever hosts they are. */
export function tasksReach(from: ServiceName, service: ServiceName, network: NetworkName): TasksReachClaim {
  const [asks, answers] = [nameOf(from), nameOf(service)];
  const whom = asks === answers ? "one another" : `those of ${answers}`;
  return {
    summary: `all tasks of ${asks} ping ${whom} on ${networkOf(network)}`,
    inspect: { kind: "tasks reach", from: asks, service: answers, network: networkOf(network) },
  };
}

/**
 * IPv4 packets of so many bytes pass between the tasks of a service without fragmentation, and larger ones do not: an
 * overlay leaves 1450 of Ethernet's 1500, an encrypted one 1424.
 */
export function tasksMtu(service: ServiceName, network: NetworkName, bytes: number): InspectionClaim {
  return {
    summary: `packets of up to ${bytes} bytes pass between tasks of ${nameOf(service)} on ${networkOf(network)}`,
    inspect: { kind: "tasks mtu", service: nameOf(service), network: networkOf(network), bytes },
  };
}

/**
 * No task of `from` has a reply from any of `service`, while those of each service reply to one another; so each needs
 * two tasks or more.
 */
export function tasksWalledOff(
  [from, fromNetwork]: readonly [ServiceName, NetworkName],
  [service, network]: readonly [ServiceName, NetworkName],
): InspectionClaim {
  return {
    summary: `no task of ${nameOf(from)} has a reply from ${nameOf(service)}`,
    inspect: {
      kind: "tasks walled off",
      from: nameOf(from),
      fromNetwork: networkOf(fromNetwork),
      service: nameOf(service),
      network: networkOf(network),
    },
  };
}

/** The tasks of a service have no reply from one another on a network, while they have on another that they share. */
export function tasksCutOff(
  service: ServiceName,
  network: NetworkName,
  { reachedOn }: { reachedOn: NetworkName },
): InspectionClaim {
  const name = nameOf(service);
  return {
    summary: `no task of ${name} has a reply from another on ${networkOf(network)}`,
    inspect: {
      kind: "tasks walled off",
      from: name,
      fromNetwork: networkOf(reachedOn),
      service: name,
      network: networkOf(network),
    },
  };
}

/** Of so many HTTP requests to one name or address, every task of the service answers some. */
export function loadSpread(
  from: ServiceName,
  to: To,
  service: ServiceName,
  { port = 80, requests = 24 }: { port?: number; requests?: number } = {},
): InspectionClaim {
  return {
    summary: `all tasks of ${nameOf(service)} answer ${nameOf(from)} at ${describeTarget(to)} port ${port}`,
    inspect: {
      kind: "load spread",
      from: nameOf(from),
      to: toTarget(to),
      port,
      service: nameOf(service),
      requests,
    },
  };
}

/** How many tasks run on each of these hosts: `tasksOn("my-test", { host1: 3, host3: 0 })`. */
export function tasksOn(service: ServiceName, on: Readonly<Record<string, number>>): InspectionClaim {
  const counts = Object.entries(on).map(([host, count]) => `${count || "none"} on ${host}`);
  return {
    summary: `tasks of ${nameOf(service)}: ${counts.join(", ")}`,
    inspect: { kind: "tasks on hosts", service: nameOf(service), on: { ...on } },
  };
}

/** The hosts that a host's engine lists as peers of an overlay network (`docker network inspect`). */
export function peers(
  network: NetworkName,
  host: { hostName: string },
  exactly: readonly { hostName: string }[],
): InspectionClaim {
  const hosts = exactly.map(({ hostName }) => hostName);
  return {
    summary: `${networkOf(network)} on ${host.hostName} has the peers ${hosts.join(", ")}`,
    inspect: { kind: "peers", host: host.hostName, network: networkOf(network), exactly: hosts },
  };
}

function nameClaim(
  from: ServiceName,
  name: string,
  service: ServiceName,
  network: NetworkName,
  answers: "tasks" | "vip",
): InspectionClaim {
  const what = answers === "tasks" ? "all tasks" : "one virtual address";
  return {
    summary: `${nameOf(from)} resolves ${name} to ${what}`,
    inspect: {
      kind: "service name",
      from: nameOf(from),
      name,
      service: nameOf(service),
      network: networkOf(network),
      answers,
    },
  };
}

function nameOf(service: ServiceName): string {
  return typeof service === "string" ? service : service.serviceName;
}

function networkOf(network: NetworkName): string {
  return typeof network === "string" ? network : network.networkName;
}
