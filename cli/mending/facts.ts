import { LINKS } from "../../checks/links.ts";
import type { Answer, Ask, Question } from "../../reach/asking.ts";
import { hostOf } from "../../reach/places.ts";
import { Transport } from "../../reach/transport.ts";
import { groupBy } from "../../topology/group.ts";
import type { Topology, TopologyHost, TopologyNode } from "../../topology/document.ts";
import { membersCommand, readMembers, readServices, servicesCommand } from "./swarm-facts.ts";

/** The state of a lab in kernels and engines: a line for each fact, by node; facts of an engine by its host. */
export type LabFacts = Record<string, string[]>;

/** A question to a node or an engine, with the reader of its answer. */
interface Reading {
  question: Question;
  read: (stdout: string) => string[];
}

/** A lab answers in 0.1 s. A busy machine takes much longer, and a late answer must not look like a change. */
const LIMIT_SECONDS = 20;

/** Docker's names of the veth ends on the host: they come and go with containers. */
const DOCKER_VETH = /^veth[0-9a-f]{7}$/;

/** Reads interfaces, addresses, routes and rules of all nodes, and the networks of the engines: one round of questions. */
export async function readFacts(topology: Topology): Promise<LabFacts> {
  const transport = new Transport(topology, process.env);
  try {
    return await factsBy(topology, transport.ask);
  } finally {
    transport.close();
  }
}

/** `readFacts` with a given `ask`. */
export async function factsBy(topology: Topology, ask: Ask): Promise<LabFacts> {
  const readings = [
    ...topology.nodes.flatMap((node) => readingsOfNode(node, hostOf(topology, node.name))),
    ...topology.hosts.flatMap((host) => readingsOfEngine(topology, host)),
    ...readingsOfSwarms(topology),
  ];
  const answers = await ask(
    readings.map(({ question }) => question),
    LIMIT_SECONDS,
  );
  const facts: LabFacts = {};
  for (const { question, read } of readings) {
    const lines = linesOf(answers.get(question), read);
    facts[question.at] = [...new Set([...(facts[question.at] ?? []), ...lines])].sort();
  }
  return facts;
}

/** The begin of the fact that a question was not answered. */
export const NO_ANSWER = "no answer: ";

/** The facts of an answer. A container without the tool gives no facts. */
function linesOf(answer: Answer | undefined, read: Reading["read"]): string[] {
  if (answer === undefined) return [];
  if ("unavailable" in answer) return [NO_ANSWER + answer.unavailable.trim()];
  return answer.stdout === "" ? [] : read(answer.stdout);
}

/** The questions to a node. The user's own machines are not asked, only the lab's nodes on them. */
function readingsOfNode({ name: at, kind }: TopologyNode, host: TopologyHost | undefined): Reading[] {
  if (kind !== "host") {
    return [
      {
        question: { at, command: LINKS },
        read: (listed) => readInterfaces(listed, { macs: true }),
      },
      { question: { at, command: ["ip", "-json", "route"] }, read: readRoutes },
      // Not table nat: Docker's name server listens on other ports after each start of a container.
      { question: { at, command: ["iptables-save", "-t", "filter"] }, read: readRules },
    ];
  }
  if (host?.containerId === undefined) return [];
  return [
    { question: { at, command: LINKS }, read: readInterfaces },
    { question: { at, command: ["ip", "-json", "route"] }, read: readRoutes },
    { question: { at, command: ["iptables-save"] }, read: readRules },
    // The engine writes the file when it starts.
    { question: { at, command: ["stat", "-c", "%y", "/var/run/docker.pid"] }, read: readStart },
  ];
}

function readingsOfEngine({ networks }: Topology, { name: at }: TopologyHost): Reading[] {
  // The underlay is no network of the boxes; its label shows that it is there.
  const names = networks
    .filter(({ host, name }) => host === at && name !== "underlay")
    .map(({ name, engineName = name }) => engineName);
  if (names.length === 0) return [];
  const command = ["docker", "network", "inspect", ...names];
  return [{ question: { at, command, engineOnly: true }, read: readNetworks }];
}

function readingsOfSwarms({ services = [] }: Topology): Reading[] {
  const byManager = groupBy(services, ({ manager }) => manager);
  return [...byManager].flatMap(([at, its]): Reading[] => {
    const names = its.map(({ name, engineName = name }) => engineName);
    return [
      { question: { at, command: servicesCommand(names), engineOnly: true }, read: readServices },
      { question: { at, command: membersCommand, engineOnly: true }, read: readMembers },
    ];
  });
}

interface Link {
  ifname: string;
  flags: string[];
  mtu: number;
  master?: string;
  address?: string;
  linkinfo?: { info_kind?: string };
  addr_info: { family: string; local?: string; prefixlen: number }[];
}

/**
 * Reads `LINKS`. A bridge follows its ports, and some time after them: its carrier is left out.
 *
 * @param macs whether the facts have MAC addresses. Default: false; the MAC address of a bridge changes with its ports.
 */
export function readInterfaces(listed: string, { macs = false } = {}): string[] {
  const links = (JSON.parse(listed) as Link[]).filter(({ ifname }) => !DOCKER_VETH.test(ifname));
  return links.flatMap(({ ifname, flags, mtu, master, address, linkinfo, addr_info: addresses }) => [
    [
      `interface ${ifname}: ${flags.includes("UP") ? "up" : "down"}`,
      ...(flags.includes("NO-CARRIER") && linkinfo?.info_kind !== "bridge" ? ["no carrier"] : []),
      `mtu ${mtu}`,
      ...(macs && ifname !== "lo" && address !== undefined ? [`MAC ${address}`] : []),
      ...(master === undefined ? [] : [`port of ${master}`]),
    ].join(", "),
    ...addresses
      .filter(({ family }) => family === "inet")
      .map(({ local = "", prefixlen }) => `${local}/${prefixlen} on ${ifname}`),
  ]);
}

/** Reads `ip -json route`. */
export function readRoutes(listed: string): string[] {
  const routes = JSON.parse(listed) as { dst: string; gateway?: string; dev?: string; metric?: number }[];
  return routes.map(({ dst, gateway, dev, metric }) =>
    [
      `route ${dst}`,
      ...(gateway === undefined ? [] : [`via ${gateway}`]),
      ...(dev === undefined ? [] : [`dev ${dev}`]),
      ...(metric === undefined ? [] : [`metric ${metric}`]),
    ].join(" "),
  );
}

/**
 * The engine's own rules for tasks of a Swarm, which come and go with these: the ports that one publishes on its host,
 * and ESP of an encrypted overlay, which is on the hosts that have a task.
 */
const OF_TASKS = /docker_gwbridge .*--dport |-s (\S+)\/32 -d \1\/32 .*--dport |-p udp .*--dport 4789 /;

/**
 * Reads `iptables-save`: rules, and policies other than a chain's first one, as iptables' command line has them. Docker
 * moves its own rules, so their order is not kept.
 */
export function readRules(saved: string): string[] {
  let table = "";
  return saved.split("\n").flatMap((line) => {
    if (line.startsWith("*")) table = line.slice(1);
    if (line.startsWith("-A ")) return OF_TASKS.test(line) ? [] : [`iptables -t ${table} ${line}`];
    const [, chain = "", policy = "ACCEPT"] = /^:(\S+) ([A-Z]+) /.exec(line) ?? [];
    return policy === "ACCEPT" ? [] : [`iptables -t ${table} -P ${chain} ${policy}`];
  });
}

interface EngineNetwork {
  Name: string;
  Driver: string;
  Internal: boolean;
  IPAM: { Config: (Record<string, string> & { AuxiliaryAddresses?: object })[] | null };
  Options: Record<string, string> | null;
  Containers?: Record<string, { Name: string }> | null;
}

/** Reads `docker network inspect`. Tasks come and go on overlays, so only bridges tell who is plugged in. */
export function readNetworks(inspected: string): string[] {
  return (JSON.parse(inspected) as EngineNetwork[]).flatMap((network) => {
    const { Name, Driver, Internal, IPAM, Options, Containers } = network;
    const { AuxiliaryAddresses: auxiliary, ...addresses } = IPAM.Config?.[0] ?? {};
    const settings = Object.entries({ ...addresses, ...auxiliary, ...Options })
      .sort()
      .map(([key, value]) => `${key} ${value}`);
    const plugged = Driver === "bridge" ? Object.values(Containers ?? {}) : [];
    return [
      `network ${Name}: ${[Driver, ...(Internal ? ["internal"] : []), ...settings].join(", ")}`,
      ...plugged.map((container) => `container ${container.Name} on network ${Name}`),
    ];
  });
}

function readStart(stdout: string): string[] {
  return [`engine started at ${stdout.split(".")[0] ?? ""}`];
}
