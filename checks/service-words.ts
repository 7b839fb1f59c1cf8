/** The claims about services in words: what must be seen, how a person sees it, what is wrong with one. */
import type { Inspection, Target } from "../topology/claims.ts";
import type { Topology } from "../topology/document.ts";
import { ServiceInspection } from "../topology/service-claims.ts";
import type { Problem } from "../topology/problems.ts";
import { didYouMean } from "../topology/suggest.ts";
import { icmpPayload } from "./services.ts";
import { destinationOf, onEngine } from "./targets.ts";

type At = [at: string, ...words: string[]];

const kinds: ReadonlySet<string> = new Set(ServiceInspection.options.map(({ shape }) => shape.kind.value));

/** Whether an inspection is one of services. */
export function isOfServices(inspect: Inspection): inspect is ServiceInspection {
  return kinds.has(inspect.kind);
}

/** What must be seen. */
export function expectedOfService(topology: Topology, inspect: ServiceInspection): string {
  switch (inspect.kind) {
    case "service name":
      return inspect.answers === "tasks" ? "the addresses of all tasks" : "its virtual address";
    case "service without vip":
      return "no virtual address";
    case "tasks reach":
      return "a reply from each";
    case "tasks mtu":
      return `${inspect.bytes} bytes pass, one more does not`;
    case "tasks walled off":
      return "no reply";
    case "load spread":
      return "an answer of each";
    case "tasks on hosts":
      return Object.entries(inspect.on)
        .map(([host, count]) => `${host}: ${count}`)
        .join(", ");
    case "peers":
      return inspect.exactly.join(", ");
  }
}

/** The commands that show the same by hand. What is asked in a task is asked in one of the first host that has one. */
export function serviceByHand(topology: Topology, inspect: ServiceInspection): At[] {
  const managerOf = (name: string) =>
    topology.services?.find((service) => service.name === name)?.manager ?? "";
  const engineName = (service: string) => onEngine(topology.services, service);
  const inTask = (service: string, ...words: string[]): At => {
    const { hosts = [] } = topology.services?.find(({ name }) => name === service) ?? {};
    const task = `docker exec $(docker ps -q -f label=com.docker.swarm.service.name=${engineName(service)} | head -n 1)`;
    return [hosts[0] ?? "", "sh", "-c", `${task} ${words.join(" ")}`];
  };
  const asked = (from: string, ...words: string[]): At =>
    managerOf(from) === "" ? [from, ...words] : inTask(from, ...words);
  switch (inspect.kind) {
    case "service name":
      return [
        [managerOf(inspect.service), "docker", "service", "ps", engineName(inspect.service)],
        asked(inspect.from, "getent", "ahostsv4", inspect.name),
      ];
    case "service without vip":
      return [
        [
          managerOf(inspect.service),
          "docker",
          "service",
          "inspect",
          "--format",
          "{{json .Endpoint}}",
          engineName(inspect.service),
        ],
      ];
    case "tasks reach":
    case "tasks walled off":
      return [inTask(inspect.from, "fping", "-A", "-m", `tasks.${inspect.service}`)];
    case "tasks mtu":
      return [
        inTask(
          inspect.service,
          ...["ping", "-c", "1", "-M", "do", "-s", String(icmpPayload(inspect.bytes))],
          `tasks.${inspect.service}`,
        ),
      ];
    case "load spread":
      return [
        asked(
          inspect.from,
          "curl",
          "-s",
          `http://${destinationOf(topology, inspect.from, inspect.to)}:${inspect.port}/`,
        ),
      ];
    case "tasks on hosts":
      return [[managerOf(inspect.service), "docker", "service", "ps", engineName(inspect.service)]];
    case "peers":
      return [
        [
          inspect.host,
          ...["docker", "network", "inspect", "--format", "{{json .Peers}}"],
          onEngine(topology.networks, inspect.network),
        ],
      ];
  }
}

/** What is wrong with such a claim. `check` tells that of the nodes and targets that it names. */
export function serviceProblems(
  topology: Topology,
  inspect: ServiceInspection,
  place: string,
  check: {
    node: (name: string, place: string) => Problem[];
    target: (from: string, to: Target) => Problem[];
  },
): Problem[] {
  const { services = [], networks } = topology;
  const unknown = (value: string, what: string, known: readonly string[]): Problem[] =>
    known.includes(value)
      ? []
      : [{ place, value, allowed: `the lab has no such ${what}`, fix: didYouMean(value, known) }];
  const names = services.map(({ name }) => name);
  const service = (name: string) => unknown(name, "service", names);
  const network = (name: string) =>
    unknown(
      name,
      "network",
      networks.map((one) => one.name),
    );
  const nodeOrService = (name: string) => (names.includes(name) ? [] : check.node(name, place));
  switch (inspect.kind) {
    case "service name":
      return [...nodeOrService(inspect.from), ...service(inspect.service), ...network(inspect.network)];
    case "service without vip":
      return service(inspect.service);
    case "tasks mtu":
      return [...service(inspect.service), ...network(inspect.network)];
    case "tasks reach":
      return [...service(inspect.from), ...service(inspect.service), ...network(inspect.network)];
    case "tasks walled off":
      return [inspect.from, inspect.service]
        .flatMap(service)
        .concat([inspect.fromNetwork, inspect.network].flatMap(network));
    case "load spread":
      return [
        ...nodeOrService(inspect.from),
        ...service(inspect.service),
        ...check.target(inspect.from, inspect.to),
      ];
    case "tasks on hosts":
      return [
        ...service(inspect.service),
        ...Object.keys(inspect.on).flatMap((host) => check.node(host, place)),
      ];
    case "peers":
      return [
        ...[inspect.host, ...inspect.exactly].flatMap((host) => check.node(host, place)),
        ...network(inspect.network),
      ];
  }
}
