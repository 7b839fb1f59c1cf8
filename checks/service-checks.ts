/** Checks of claims about services: first a manager lists the tasks, then the tasks are asked. */
import { isAddress } from "../topology/addresses.ts";
import type { Topology, TopologyService } from "../topology/document.ts";
import type { ServiceInspection, TasksReach } from "../topology/claims/index.ts";
import { asking, askingOn, type Check, notAnswered } from "./check.ts";
import type { Verdict } from "./comparisons.ts";
import {
  addressesOn,
  type Asked,
  compareMtu,
  compareName,
  compareReach,
  compareSpread,
  compareWall,
  icmpPayload,
  partnersOf,
  readService,
  serviceCommand,
  type ServiceState,
  type Task,
  unsettled,
  virtualAddressOn,
} from "./services.ts";
import { commandLine } from "../topology/shell.ts";
import { destinationOf, onEngine } from "./targets.ts";

/** The line between the answers to pings of the two sizes. */
const BORDER = "--";

/** The check of pings between tasks. `rounds`: number of pings, a quarter of a second apart. */
export function reachCheck(
  topology: Topology,
  { from, service, network }: TasksReach,
  { rounds = 1 } = {},
): Check {
  return ofServices(topology, [from, service], ([asking, asked]) =>
    inTasks(
      asking.tasks,
      withPartners(asking.tasks, asked.tasks, (partners) =>
        inRounds(rounds, fping(addressesOn(partners, network))),
      ),
      (_, alive) => compareReach(askedBy(asking.tasks, alive), asked.tasks, network),
    ),
  );
}

/** The check of packets of a size between tasks. */
export function mtuCheck(
  topology: Topology,
  { service, network, bytes }: Extract<ServiceInspection, { kind: "tasks mtu" }>,
): Check {
  return ofServices(topology, [service], ([{ tasks }]) => {
    const command = withPartners(tasks, tasks, (partners) => {
      const whole = (size: number) =>
        commandLine(fping(addressesOn(partners, network), ["-M", "-b", String(icmpPayload(size))]));
      return ["sh", "-c", [whole(bytes), `echo ${BORDER}`, whole(bytes + 1)].join("; ")];
    });
    return inTasks(tasks, command, (_, words) => {
      const passed = new Map([...words].map(([id, all]) => [id, all.slice(0, all.indexOf(BORDER))]));
      const larger = new Map([...words].map(([id, all]) => [id, all.slice(all.indexOf(BORDER))]));
      return compareMtu(askedBy(tasks, passed), askedBy(tasks, larger), { tasks, network, bytes });
    });
  });
}

/** The check of a name that stands for tasks. */
export function nameCheck(
  topology: Topology,
  inspect: Extract<ServiceInspection, { kind: "service name" }>,
): Check {
  const { from, name, service, network, answers } = inspect;
  const command = ["getent", "ahostsv4", "--", name];
  const subnet = topology.networks.find((one) => one.name === network)?.subnet ?? "";
  const wanted = (state: ServiceState): string[] => {
    if (answers === "tasks") return addressesOn(state.tasks, network);
    const virtual = virtualAddressOn(state, subnet);
    return virtual === undefined ? [] : [virtual];
  };
  const compare = (replies: ReadonlyMap<string, readonly string[]>, state: ServiceState): Verdict => {
    if (wanted(state).length === 0) return { holds: false, observed: `${service} has no virtual address` };
    const addresses = [...replies].map(([who, words]): [string, string[]] => [who, words.filter(isAddress)]);
    return compareName(new Map(addresses), wanted(state));
  };
  if (serviceOf(topology, from) !== undefined) {
    return ofServices(topology, [from, service], ([askers, state]) =>
      inTasks(
        askers.tasks,
        () => command,
        (replies) => compare(replies, state),
      ),
    );
  }
  const ask = (state: ServiceState): Check => ({
    questions: [{ at: from, command }],
    // "No such name" is an answer, too.
    judge: ([answer]) =>
      answer === undefined || "unavailable" in answer
        ? notAnswered(answer)
        : compare(new Map([[from, answer.stdout.split(/\s+/)]]), state),
  });
  return ofServices(topology, [service], ([state]) => ask(state));
}

/** The check of silence between tasks. */
export function wallCheck(
  topology: Topology,
  inspect: Extract<ServiceInspection, { kind: "tasks walled off" }>,
): Check {
  const { from, fromNetwork, service, network } = inspect;
  return ofServices(topology, [from, service], ([ours, theirs]) => {
    const sides = [
      { partners: partnersOf(ours.tasks, ours.tasks), on: fromNetwork },
      { partners: partnersOf(theirs.tasks, theirs.tasks), on: network },
      { partners: partnersOf(ours.tasks, theirs.tasks), on: network },
    ];
    // Each task pings the tasks of both services in one command.
    const command = ({ container }: Task) =>
      fping([
        ...new Set(sides.flatMap(({ partners, on }) => addressesOn(partners.get(container) ?? [], on))),
      ]);
    const tasks = [...ours.tasks, ...theirs.tasks];
    return inTasks(tasks, command, (_, words) => {
      const asked = askedBy(tasks, words);
      const side = (tasks: readonly Task[]) => asked.filter(({ task }) => tasks.includes(task));
      const cross = { asked: side(ours.tasks), to: theirs.tasks, network };
      const oursAlive = compareReach(side(ours.tasks), ours.tasks, fromNetwork);
      // The tasks of one service are cut off on one network, and proven alive on the other.
      return from === service
        ? compareWall(cross, [oursAlive], `on ${fromNetwork}`)
        : compareWall(
            cross,
            [oursAlive, compareReach(side(theirs.tasks), theirs.tasks, network)],
            "within each",
          );
    });
  });
}

/** The check of requests that all tasks answer. */
export function spreadCheck(
  topology: Topology,
  inspect: Extract<ServiceInspection, { kind: "load spread" }>,
): Check {
  const { from, to, port, service, requests } = inspect;
  // One connection for each request: a kept connection leads to one task only.
  const command = [
    ...["curl", "-s", "--noproxy", "*", "--max-time", "3", "--fail-early", "-H", "Connection: close"],
    `http://${destinationOf(topology, from, to)}:${port}/?[1-${requests}]`,
  ];
  const names = (text: string) => [...text.matchAll(/hello from (\S+)/g)].map(([, name = ""]) => name);
  return ofServices(
    topology,
    [service, ...(serviceOf(topology, from) === undefined ? [] : [from])],
    ([state, askers]) =>
      askers === undefined
        ? asking([{ at: from, command }], ([text = ""]) => compareSpread(names(text), state.tasks))
        : inTasks(
            askers.tasks.slice(0, 1),
            () => command,
            (replies) => compareSpread(names([...replies.values()].flat().join(" ")), state.tasks),
          ),
  );
}

/** Asks the managers of services for the tasks. When all tasks run, `then` gives the next check, or a verdict. */
export function ofServices<const Names extends readonly string[]>(
  topology: Topology,
  names: Names,
  then: (states: { [Index in keyof Names]: ServiceState }) => Check | Verdict,
): Check {
  const questions = names.map((name) => ({
    at: serviceOf(topology, name)?.manager ?? "",
    command: serviceCommand(onEngine(topology.services, name)),
    engineOnly: true,
  }));
  const networks = new Map(topology.networks.map(({ name, engineName = name }) => [engineName, name]));
  return askingOn(questions, (outputs) => {
    const states: ServiceState[] = [];
    for (const [index, name] of names.entries()) {
      const state = readService(name, outputs[index] ?? "", networks);
      const problem = unsettled(name, state);
      if (problem !== undefined) return { holds: false, observed: problem };
      states.push(state);
    }
    return then(states as { [Index in keyof Names]: ServiceState });
  });
}

/** The command that pings addresses, and writes the addresses that answer. */
function fping(addresses: readonly string[], options: readonly string[] = []): string[] {
  return ["fping", "-a", "-r", "1", "-t", "500", "-i", "1", ...options, ...addresses];
}

function inRounds(rounds: number, command: readonly string[]): readonly string[] {
  if (rounds === 1) return command;
  const round = `${commandLine(command)}; sleep 0.25`;
  return ["sh", "-c", `for round in $(seq ${rounds}); do ${round}; done`];
}

/** The asking tasks, each with the addresses that answered. */
function askedBy(tasks: readonly Task[], words: ReadonlyMap<string, readonly string[]>): Asked[] {
  return tasks.map((task) => ({ task, alive: words.get(task.container) ?? [] }));
}

/** The command of each task of `askers` for its partners among `to`. */
function withPartners(
  askers: readonly Task[],
  to: readonly Task[],
  command: (partners: readonly Task[]) => readonly string[],
): (task: Task) => readonly string[] {
  const partners = partnersOf(askers, to);
  return ({ container }) => command(partners.get(container) ?? []);
}

/** Runs a command in each task. The words of its output count, and not its status: by task name, and by container. */
function inTasks(
  tasks: readonly Task[],
  command: (task: Task) => readonly string[],
  compare: (byName: ReadonlyMap<string, string[]>, byContainer: ReadonlyMap<string, string[]>) => Verdict,
): Check {
  return {
    questions: tasks.map((task) => ({ at: task.host, container: task.container, command: command(task) })),
    judge(answers) {
      const byName = new Map<string, string[]>();
      const byContainer = new Map<string, string[]>();
      for (const [index, { name, container }] of tasks.entries()) {
        const answer = answers[index];
        if (answer === undefined || "unavailable" in answer) return notAnswered(answer);
        const words = answer.stdout.split(/\s+/).filter(Boolean);
        byName.set(name, words);
        byContainer.set(container, words);
      }
      return compare(byName, byContainer);
    },
  };
}

/** A service of the lab. */
export function serviceOf({ services = [] }: Topology, name: string): TopologyService | undefined {
  return services.find((service) => service.name === name);
}

/** The command that tells the peers of a network. */
export function peersCommand(network: string): string[] {
  return ["docker", "network", "inspect", "--format", "{{range .Peers}}{{println .IP}}{{end}}", network];
}

/** host -> its address on the underlay. */
export function underlayAddresses({ hosts }: Topology, names: readonly string[]): Map<string, string> {
  return new Map(names.map((name) => [name, hosts.find((host) => host.name === name)?.address ?? ""]));
}
