/** Claims about the services of a Swarm. Who the tasks are is asked when they are tested. */
import { z } from "zod";
import {
  type NetworkRef,
  nameOfNetwork,
  nameOfNode,
  nameOfService,
  type SenderRef,
  type ServiceRef,
} from "../refs.ts";
import type { Inspecting } from "./inspecting.ts";
import { refuseUnknownOptions } from "./options.ts";
import { Target, type To, toTarget, describeTarget } from "./target.ts";

const service = z.string().describe("the service whose tasks are meant, wherever they run just now");
const from = z.string().describe("a node; or a service: then in each of its tasks");

/** All tasks of one service ping all of another, or of their own. */
export const TasksReach = z.strictObject({
  kind: z.literal("tasks reach"),
  from: z.string().describe("a service: each of its tasks sends"),
  service,
  network: z.string().describe("the network"),
});
export type TasksReach = z.infer<typeof TasksReach>;

/** What is read of a service and of its tasks: who they are is asked when the claim is tested. */
export const serviceSchemas = [
  z.strictObject({
    kind: z.literal("service name"),
    from,
    name: z.string().describe("the name that is looked up: my-test, tasks.my-test"),
    service,
    network: z.string().describe("the network"),
    answers: z
      .enum(["tasks", "vip"])
      .describe("the addresses of all running tasks, or the one virtual address"),
  }),
  z.strictObject({ kind: z.literal("service without vip"), service }),
  TasksReach,
  z.strictObject({
    kind: z.literal("tasks mtu"),
    service,
    network: z.string().describe("the network"),
    bytes: z
      .int()
      .min(68)
      .describe("the largest IPv4 packet that passes between its tasks without fragmentation (RFC 791)"),
  }),
  z.strictObject({
    kind: z.literal("tasks walled off"),
    from: z.string().describe("a service: each of its tasks sends"),
    fromNetwork: z.string().describe("where its tasks reply to one another: they are alive"),
    service: z
      .string()
      .describe("another service, whose tasks reply to one another on `network`; or the same"),
    network: z.string().describe("where no reply comes"),
  }),
  z.strictObject({
    kind: z.literal("load spread"),
    from: z.string().describe("a node; or a service: then in one of its tasks"),
    to: Target.describe("where it goes"),
    port: z.int().min(1).max(65535).describe("the port, 1 to 65535"),
    service,
    requests: z.int().min(1).describe("how often it is asked"),
  }),
  z.strictObject({
    kind: z.literal("tasks on hosts"),
    service,
    on: z
      .record(z.string(), z.int().min(0))
      .describe("host -> how many tasks; hosts that are not named do not matter"),
  }),
  z.strictObject({
    kind: z.literal("peers"),
    host: z.string().describe("the host whose engine lists them"),
    network: z.string().describe("the network"),
    exactly: z.array(z.string()).describe("the hosts that it must list"),
  }),
] as const;

export const ServiceInspection = z.discriminatedUnion("kind", [...serviceSchemas]);
export type ServiceInspection = z.infer<typeof ServiceInspection>;

/** `tasks.NAME` has the addresses of exactly the running tasks. `from`: a node, or a service for each of its tasks. */
export function taskNames(
  from: SenderRef,
  service: ServiceRef,
  network: NetworkRef,
): Inspecting<(typeof serviceSchemas)[number]> {
  return nameClaim(from, `tasks.${nameOfService(service)}`, service, network, "tasks");
}

/** The service's own name has the addresses of all its tasks (endpoint mode dnsrr). */
export function allAddresses(
  from: SenderRef,
  service: ServiceRef,
  network: NetworkRef,
): Inspecting<(typeof serviceSchemas)[number]> {
  return nameClaim(from, nameOfService(service), service, network, "tasks");
}

/** The service's own name has one virtual address (endpoint mode vip). */
export function virtualAddress(
  from: SenderRef,
  service: ServiceRef,
  network: NetworkRef,
): Inspecting<(typeof serviceSchemas)[number]> {
  return nameClaim(from, nameOfService(service), service, network, "vip");
}

/** The service has no virtual address. */
export function noVirtualAddress(service: ServiceRef): Inspecting<(typeof serviceSchemas)[number]> {
  return {
    summary: `${nameOfService(service)} has no virtual address`,
    inspect: { kind: "service without vip", service: nameOfService(service) },
  };
}

/** A claim of pings between tasks; other claims may be tested while they go on. */
export type TasksReachClaim = Inspecting<typeof TasksReach>;

/** Every task of `from` pings every task of `service` by its address on the network, on whatever hosts they are. */
export function tasksReach(from: ServiceRef, service: ServiceRef, network: NetworkRef): TasksReachClaim {
  const [asks, answers] = [nameOfNode(from), nameOfService(service)];
  const whom = asks === answers ? "one another" : `those of ${answers}`;
  return {
    summary: `all tasks of ${asks} ping ${whom} on ${nameOfNetwork(network)}`,
    inspect: { kind: "tasks reach", from: asks, service: answers, network: nameOfNetwork(network) },
  };
}

/**
 * IPv4 packets of so many bytes pass between the tasks of a service without fragmentation, and larger ones do not: an
 * overlay leaves 1450 of Ethernet's 1500, an encrypted one 1424.
 */
export function tasksMtu(
  service: ServiceRef,
  network: NetworkRef,
  bytes: number,
): Inspecting<(typeof serviceSchemas)[number]> {
  return {
    summary: `packets of up to ${bytes} bytes pass between tasks of ${nameOfService(service)} on ${nameOfNetwork(network)}`,
    inspect: { kind: "tasks mtu", service: nameOfService(service), network: nameOfNetwork(network), bytes },
  };
}

/**
 * No task of `from` has a reply from any of `service`, while those of each service reply to one another; so each needs
 * two tasks or more.
 */
export function tasksWalledOff(
  [from, fromNetwork]: readonly [ServiceRef, NetworkRef],
  [service, network]: readonly [ServiceRef, NetworkRef],
): Inspecting<(typeof serviceSchemas)[number]> {
  return {
    summary: `no task of ${nameOfNode(from)} has a reply from ${nameOfService(service)}`,
    inspect: {
      kind: "tasks walled off",
      from: nameOfNode(from),
      fromNetwork: nameOfNetwork(fromNetwork),
      service: nameOfService(service),
      network: nameOfNetwork(network),
    },
  };
}

/** The tasks of a service have no reply from one another on a network, while they have on another that they share. */
export function tasksCutOff(
  service: ServiceRef,
  network: NetworkRef,
  options: { reachedOn: NetworkRef },
): Inspecting<(typeof serviceSchemas)[number]> {
  const name = nameOfService(service);
  refuseUnknownOptions(["tasksCutOff", name], options, { reachedOn: true });
  return {
    summary: `no task of ${name} has a reply from another on ${nameOfNetwork(network)}`,
    inspect: {
      kind: "tasks walled off",
      from: name,
      fromNetwork: nameOfNetwork(options.reachedOn),
      service: name,
      network: nameOfNetwork(network),
    },
  };
}

/** Of so many HTTP requests to one name or address, every task of the service answers some. */
export function loadSpread(
  from: SenderRef,
  to: To,
  service: ServiceRef,
  options: { port?: number; requests?: number } = {},
): Inspecting<(typeof serviceSchemas)[number]> {
  refuseUnknownOptions(["loadSpread", nameOfNode(from), to], options, { port: true, requests: true });
  const { port = 80, requests = 24 } = options;
  return {
    summary: `all tasks of ${nameOfService(service)} answer ${nameOfNode(from)} at ${describeTarget(to)} port ${port}`,
    inspect: {
      kind: "load spread",
      from: nameOfNode(from),
      to: toTarget(to),
      port,
      service: nameOfService(service),
      requests,
    },
  };
}

/** How many tasks run on each of these hosts: `tasksOn("my-test", { host1: 3, host3: 0 })`. */
export function tasksOn(
  service: ServiceRef,
  on: Readonly<Record<string, number>>,
): Inspecting<(typeof serviceSchemas)[number]> {
  const counts = Object.entries(on).map(([host, count]) => `${count || "none"} on ${host}`);
  return {
    summary: `tasks of ${nameOfService(service)}: ${counts.join(", ")}`,
    inspect: { kind: "tasks on hosts", service: nameOfService(service), on: { ...on } },
  };
}

/** The hosts that a host's engine lists as peers of an overlay network (`docker network inspect`). */
export function peers(
  network: NetworkRef,
  host: { hostName: string },
  exactly: readonly { hostName: string }[],
): Inspecting<(typeof serviceSchemas)[number]> {
  const hosts = exactly.map(({ hostName }) => hostName);
  return {
    summary: `${nameOfNetwork(network)} on ${host.hostName} has the peers ${hosts.join(", ")}`,
    inspect: { kind: "peers", host: host.hostName, network: nameOfNetwork(network), exactly: hosts },
  };
}

function nameClaim(
  from: SenderRef,
  name: string,
  service: ServiceRef,
  network: NetworkRef,
  answers: "tasks" | "vip",
): Inspecting<(typeof serviceSchemas)[number]> {
  const what = answers === "tasks" ? "all tasks" : "one virtual address";
  return {
    summary: `${nameOfNode(from)} resolves ${name} to ${what}`,
    inspect: {
      kind: "service name",
      from: nameOfNode(from),
      name,
      service: nameOfService(service),
      network: nameOfNetwork(network),
      answers,
    },
  };
}
