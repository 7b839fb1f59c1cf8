/** Services and their tasks: reads and compares the output of commands. Pure: the output is passed in. */
import { scriptCall } from "../scripts/index.ts";
import { contains, isSubnet, parseSubnet } from "../topology/addresses.ts";
import { NODE_LABEL } from "../topology/labels.ts";
import type { Verdict } from "./comparisons.ts";
import { sameSet } from "./comparisons.ts";

/** RFC 791 without options, RFC 792. */
const IPV4_AND_ICMP_HEADER = 28;

/**
 * The maximum of tested pairs of tasks. Each pair leaves two entries in the kernel's neighbour table. All namespaces of a
 * kernel share 1024 entries (net.ipv4.neigh.default.gc_thresh3). With a full table nobody on the machine finds a neighbour.
 */
const MOST_PAIRS = 240;

/** A task with the desired state "running". */
export interface Task {
  /** `my-test.3`; of a global service, `my-test on host3`. */
  name: string;
  host: string;
  /** Docker's word: running, starting, pending, ... */
  state: string;
  container: string;
  /** Network -> address. */
  addresses: Readonly<Record<string, string>>;
}

/** The state of a service, from its manager. */
export interface ServiceState {
  tasks: Task[];
  /** The desired number of tasks; undefined for a global service. */
  wanted: number | undefined;
  virtualAddresses: string[];
}

/** The command that tells a manager's engine all of a service at once: `node`, `vip`, `wanted` and `task` lines. */
export function serviceCommand(service: string): string[] {
  return scriptCall("service-state", [], { SERVICE: service, NODE_LABEL });
}

/** Reads the output of `serviceCommand`. `networks`: engine name -> name in the lab. */
export function readService(
  service: string,
  output: string,
  networks: ReadonlyMap<string, string> = new Map(),
): ServiceState {
  const rows = output.split("\n").map((line) => line.trim().split(" "));
  const hosts = new Map(rows.filter(([kind]) => kind === "node").map(([, id = "", name = ""]) => [id, name]));
  const tasks = rows
    .filter(([kind]) => kind === "task")
    .map(([, , slot = "", node = "", state = "", container = "", ...attached]) => {
      const host = hosts.get(node) ?? "no host";
      const addresses = attached.filter(Boolean).map((text) => {
        const [network = "", cidr = ""] = text.split("=");
        return [networks.get(network) ?? network, cidr.split("/")[0] ?? ""];
      });
      const name = slot === "0" ? `${service} on ${host}` : `${service}.${slot}`;
      return {
        name,
        host,
        state,
        container,
        addresses: Object.fromEntries(addresses) as Record<string, string>,
      };
    });
  const [, wanted] = rows.find(([kind]) => kind === "wanted") ?? [];
  const virtualAddresses = rows
    .filter(([kind]) => kind === "vip")
    .map(([, cidr = ""]) => cidr.split("/")[0] ?? "");
  return {
    tasks: tasks.toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true })),
    wanted: wanted === undefined ? undefined : Number(wanted),
    virtualAddresses,
  };
}

/** Why the tasks of a service cannot be asked yet: there is none, or a task does not run. */
export function unsettled(service: string, { tasks, wanted }: ServiceState): string | undefined {
  if (tasks.length === 0) return `${service} has no task`;
  // A moving task is on no node for a moment, and not listed.
  if (wanted !== undefined && tasks.length !== wanted)
    return `${service} has ${tasks.length} of ${wanted} tasks`;
  const waiting = tasks.filter(({ state }) => state !== "running");
  if (waiting.length === 0) return undefined;
  return waiting.map(({ name, state, host }) => `${name} is ${state} on ${host}`).join(", ");
}

/** The address that the name of a service has on the network of this subnet. */
export function virtualAddressOn({ virtualAddresses }: ServiceState, subnetCidr: string): string | undefined {
  const subnet = parseSubnet(subnetCidr);
  return virtualAddresses.find((address) => isSubnet(subnet) && contains(subnet, address));
}

/** The addresses of tasks on a network. */
export function addressesOn(tasks: readonly Task[], network: string): string[] {
  return tasks.flatMap(({ addresses }) => addresses[network] ?? []);
}

/** The addresses of a name; all askers must have the same. */
export function compareName(
  answers: ReadonlyMap<string, readonly string[]>,
  wanted: readonly string[],
): Verdict {
  const all = [...answers].map(([asker, words]) => ({ asker, addresses: [...new Set(words)] }));
  const wrong = all.find(({ addresses }) => !sameSet(addresses, wanted));
  const told = (addresses: readonly string[]) => addresses.toSorted(byNumber).join(", ") || "no address";
  if (all.length === 0) return { holds: false, observed: "nobody was asked" };
  if (wrong !== undefined) return { holds: false, observed: `${told(wrong.addresses)}, says ${wrong.asker}` };
  const askers = all.length > 1 ? `, in all ${all.length}` : "";
  return { holds: true, observed: `${told(wanted)}${askers}` };
}

/** A task that asked others, with the addresses that answered. */
export interface Asked {
  task: Task;
  alive: readonly string[];
}

/**
 * Container -> the partners of its task: all tasks of `to` but itself. With more than MOST_PAIRS pairs only MOST_PAIRS,
 * evenly spaced, with other partners for each task.
 */
export function partnersOf(askers: readonly Task[], to: readonly Task[]): Map<string, Task[]> {
  const most = Math.max(1, Math.floor(MOST_PAIRS / askers.length));
  return new Map(
    askers.map((asker, index) => {
      const others = othersThan(asker, to);
      const place = (nth: number) => (index + Math.floor((nth * others.length) / most)) % others.length;
      const chosen = new Set(Array.from({ length: most }, (_, nth) => place(nth)));
      return [
        asker.container,
        others.length <= most ? others : others.filter((_, position) => chosen.has(position)),
      ];
    }),
  );
}

function othersThan(asker: Task, to: readonly Task[]): Task[] {
  return to.filter(({ container }) => container !== asker.container);
}

/** All pairs (source task, target task), each with whether the target replied. */
function pairsOf(asked: readonly Asked[], to: readonly Task[], network: string) {
  const partners = partnersOf(
    asked.map(({ task }) => task),
    to,
  );
  return asked.flatMap(({ task, alive }) =>
    (partners.get(task.container) ?? []).map((other) => ({
      task,
      other,
      reached: alive.includes(other.addresses[network] ?? "none"),
    })),
  );
}

/** `of N pairs`, when not all pairs were tested. */
function chosenOf(pairs: readonly unknown[], asked: readonly Asked[], to: readonly Task[]): string {
  const all = asked.reduce((sum, { task }) => sum + othersThan(task, to).length, 0);
  return pairs.length === all ? "" : ` (of ${all} pairs)`;
}

/** Every source task had a reply from all its target tasks. */
export function compareReach(asked: readonly Asked[], to: readonly Task[], network: string): Verdict {
  const pairs = pairsOf(asked, to, network);
  const silent = pairs.filter(({ reached }) => !reached);
  const count = `${pairs.length - silent.length} of ${pairs.length}${chosenOf(pairs, asked, to)}`;
  const [first] = silent;
  if (pairs.length === 0) return { holds: false, observed: "there is no pair of tasks" };
  if (first === undefined) return { holds: true, observed: count };
  const example = `${first.task.name} on ${first.task.host} has no reply from ${first.other.name} on ${first.other.host}`;
  return { holds: false, observed: `${count}: ${example}` };
}

/** Bytes of payload of a ping in an IPv4 packet of this size. */
export function icmpPayload(bytes: number): number {
  return bytes - IPV4_AND_ICMP_HEADER;
}

/** Packets of this size pass between all tasks of a service, and packets with one more byte between none. */
export function compareMtu(
  passed: readonly Asked[],
  passedLarger: readonly Asked[],
  { tasks, network, bytes }: { tasks: readonly Task[]; network: string; bytes: number },
): Verdict {
  const fits = compareReach(passed, tasks, network);
  if (!fits.holds) return { holds: false, observed: `of ${bytes} bytes, ${fits.observed}` };
  const through = pairsOf(passedLarger, tasks, network).find(({ reached }) => reached);
  return through === undefined
    ? { holds: true, observed: `${bytes} bytes pass, ${bytes + 1} do not` }
    : { holds: false, observed: `${bytes + 1} bytes pass too, from ${through.task.name}` };
}

/** No source task had a reply from a target task, though all are alive. `reached`: where they reply, in words. */
export function compareWall(
  cross: { asked: readonly Asked[]; to: readonly Task[]; network: string },
  alive: readonly Verdict[],
  reached: string,
): Verdict {
  const dead = alive.find(({ holds }) => !holds);
  if (dead !== undefined) return { holds: false, observed: `a control failed: ${dead.observed}` };
  const pairs = pairsOf(cross.asked, cross.to, cross.network);
  const through = pairs.filter(({ reached }) => reached);
  const count = `${through.length} of ${pairs.length}${chosenOf(pairs, cross.asked, cross.to)}`;
  const [first] = through;
  return first === undefined
    ? { holds: true, observed: `${count}; ${reached}, all` }
    : { holds: false, observed: `${count}: ${first.other.name} answers ${first.task.name}` };
}

/** The number of tasks of each host. */
export function comparePlacement(tasks: readonly Task[], on: Readonly<Record<string, number>>): Verdict {
  const counts = Object.entries(on).map(([host, wanted]) => {
    const found = tasks.filter((task) => task.host === host).length;
    return { host, wanted, found };
  });
  return {
    holds: counts.every(({ wanted, found }) => wanted === found),
    observed: counts.map(({ host, found }) => `${host}: ${found}`).join(", "),
  };
}

/** The web servers answered with the host names of all tasks, and with no other. */
export function compareSpread(names: readonly string[], tasks: readonly Task[]): Verdict {
  const byHostname = new Map(tasks.map(({ name, container }) => [container.slice(0, 12), name]));
  const counts = new Map<string, number>();
  for (const name of names) {
    const who = byHostname.get(name) ?? name;
    counts.set(who, (counts.get(who) ?? 0) + 1);
  }
  const told = [...counts].toSorted(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
  return {
    holds: sameSet(
      [...counts.keys()],
      tasks.map(({ name }) => name),
    ),
    observed: told.map(([who, count]) => `${who}: ${count}`).join(", ") || "no answer",
  };
}

/** A network has exactly these peers. */
export function comparePeers(output: string, wanted: ReadonlyMap<string, string>): Verdict {
  const listed = output.split(/\s+/).filter(Boolean);
  const hostAt = new Map([...wanted].map(([host, address]) => [address, host]));
  return {
    holds: sameSet(listed, [...wanted.values()]),
    observed:
      listed
        .map((address) => (hostAt.has(address) ? `${hostAt.get(address) ?? ""} ${address}` : address))
        .join(", ") || "none",
  };
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}
