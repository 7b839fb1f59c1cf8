/** Claims about the services of a Swarm and their tasks. */
import type { Topology } from "../../topology/document.ts";
import type { ServiceInspection } from "../../topology/claims/index.ts";
import { asking } from "../check.ts";
import { addressesCommand } from "../probes/dns.ts";
import {
  networkProblems,
  nodeProblems,
  nodesProblems,
  senderProblems,
  serviceProblems,
  targetProblems,
} from "../references.ts";
import {
  mtuCheck,
  nameCheck,
  ofServices,
  peersCommand,
  reachCheck,
  serviceOf,
  spreadCheck,
  underlayAddresses,
  wallCheck,
} from "../service-checks.ts";
import { comparePeers, comparePlacement, icmpPayload } from "../services.ts";
import { destinationOf, onEngine } from "../targets.ts";
import type { At, Kinds } from "./kind.ts";

export const serviceKinds: Kinds<ServiceInspection["kind"]> = {
  "service name": {
    problems: (topology, { from, service, network }, place) => [
      ...senderProblems(topology, from, place),
      ...serviceProblems(topology, service, place),
      ...networkProblems(topology, network, place),
    ],
    check: nameCheck,
    expected: (_, { answers }) =>
      answers === "tasks" ? "the addresses of all tasks" : "its virtual address",
    byHand: (topology, { from, name, service }) => [
      atManager(topology, service, "ps"),
      atSender(topology, from, ...addressesCommand(name)),
    ],
  },
  "service without vip": {
    problems: (topology, { service }, place) => serviceProblems(topology, service, place),
    check: (topology, { service }) =>
      ofServices(topology, [service], ([state]) => ({
        holds: state.virtualAddresses.length === 0,
        observed: state.virtualAddresses.join(", ") || "no virtual address",
      })),
    expected: () => "no virtual address",
    byHand: (topology, { service }) => [
      atManager(topology, service, "inspect", "--format", "{{json .Endpoint}}"),
    ],
  },
  "tasks reach": {
    problems: (topology, { from, service, network }, place) => [
      ...[from, service].flatMap((name) => serviceProblems(topology, name, place)),
      ...networkProblems(topology, network, place),
    ],
    check: reachCheck,
    expected: () => "a reply from each",
    byHand: (topology, { from, service }) => [pingTasks(topology, from, service)],
  },
  "tasks mtu": {
    problems: (topology, { service, network }, place) => [
      ...serviceProblems(topology, service, place),
      ...networkProblems(topology, network, place),
    ],
    check: mtuCheck,
    expected: (_, { bytes }) => `${bytes} bytes pass, one more does not`,
    byHand: (topology, { service, bytes }) => {
      const ping = ["ping", "-c", "1", "-M", "do", "-s", String(icmpPayload(bytes))];
      return [inTask(topology, service, ...ping, `tasks.${service}`)];
    },
  },
  "tasks walled off": {
    problems: (topology, { from, fromNetwork, service, network }, place) => [
      ...[from, service].flatMap((name) => serviceProblems(topology, name, place)),
      ...[fromNetwork, network].flatMap((name) => networkProblems(topology, name, place)),
    ],
    check: wallCheck,
    expected: () => "no reply",
    byHand: (topology, { from, service }) => [pingTasks(topology, from, service)],
  },
  "load spread": {
    problems: (topology, { from, to, service }, place) => [
      ...senderProblems(topology, from, place),
      ...serviceProblems(topology, service, place),
      ...targetProblems(topology, from, to, `${place}.to`),
    ],
    check: spreadCheck,
    expected: () => "an answer of each",
    byHand: (topology, { from, to, port }) => [
      atSender(topology, from, "curl", "-s", `http://${destinationOf(topology, from, to)}:${port}/`),
    ],
  },
  "tasks on hosts": {
    problems: (topology, { service, on }, place) => [
      ...serviceProblems(topology, service, place),
      ...nodesProblems(topology, Object.keys(on), place),
    ],
    check: (topology, { service, on }) =>
      ofServices(topology, [service], ([state]) => comparePlacement(state.tasks, on)),
    expected: (_, { on }) =>
      Object.entries(on)
        .map(([host, count]) => `${host}: ${count}`)
        .join(", "),
    byHand: (topology, { service }) => [atManager(topology, service, "ps")],
  },
  peers: {
    problems: (topology, { host, exactly, network }, place) => [
      ...[host, ...exactly].flatMap((name) => nodeProblems(topology, name, place)),
      ...networkProblems(topology, network, place),
    ],
    check: (topology, { host, network, exactly }) =>
      asking([{ at: host, command: peersCommand(onEngine(topology.networks, network)) }], ([listed = ""]) =>
        comparePeers(listed, underlayAddresses(topology, exactly)),
      ),
    expected: (_, { exactly }) => exactly.join(", "),
    byHand: (topology, { host, network }) => [
      [
        host,
        ...["docker", "network", "inspect", "--format", "{{json .Peers}}"],
        onEngine(topology.networks, network),
      ],
    ],
  },
};

/** `docker service` on the manager of a service. */
function atManager(topology: Topology, service: string, ...words: string[]): At {
  const manager = serviceOf(topology, service)?.manager ?? "";
  return [manager, "docker", "service", ...words, onEngine(topology.services, service)];
}

/** A command in a task of the service, on its first host that has one. */
function inTask(topology: Topology, service: string, ...words: string[]): At {
  const label = `com.docker.swarm.service.name=${onEngine(topology.services, service)}`;
  const task = `docker exec $(docker ps -q -f label=${label} | head -n 1)`;
  return [serviceOf(topology, service)?.hosts[0] ?? "", "sh", "-c", `${task} ${words.join(" ")}`];
}

/** A command in a node, or in a task of a service. */
function atSender(topology: Topology, from: string, ...words: string[]): At {
  return serviceOf(topology, from) === undefined ? [from, ...words] : inTask(topology, from, ...words);
}

function pingTasks(topology: Topology, from: string, service: string): At {
  return inTask(topology, from, "fping", "-A", "-m", `tasks.${service}`);
}
