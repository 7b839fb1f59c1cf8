import { isAddress } from "./addresses.ts";
import type { FoundProblem } from "./problems.ts";
import { portRange, type PortProtocol, wrongProtocol } from "./run-options.ts";

/** Ports of a host, and the ports of a container that they lead to: one, or a range (`8000-8010`) on both sides. */
export interface PublishedPort {
  external: number | string;
  internal: number | string;
  protocol: PortProtocol;
  /** IPv4 address of the host. Default: all of its addresses. */
  hostAddress?: string | undefined;
}

/** One port that leads to one port. */
export interface PortPair {
  external: number;
  internal: number;
  protocol: PortProtocol;
  hostAddress: string;
}

type Range = NonNullable<ReturnType<typeof portRange>>;

const EVERY_ADDRESS = "0.0.0.0";

/** The single ports of a range; none where something is wrong with it. */
export function portPairs(port: PublishedPort): PortPair[] {
  const [external, internal] = [portRange(port.external), portRange(port.internal)];
  if (external === undefined || internal === undefined || length(external) !== length(internal)) return [];
  const { protocol, hostAddress = EVERY_ADDRESS } = port;
  return Array.from({ length: length(external) }, (_, index) => ({
    external: external.first + index,
    internal: internal.first + index,
    protocol,
    hostAddress,
  }));
}

/** What is wrong with a port, whatever else is published. */
function wrongPort(place: string, port: PublishedPort): FoundProblem[] {
  const { external, internal, protocol, hostAddress } = port;
  const wrong: FoundProblem[] = Object.entries({ external, internal })
    .filter(([, side]) => portRange(side) === undefined)
    .map(([side, value]) => ({
      place: `${place}.${side}`,
      value: String(value),
      allowed:
        typeof value === "number"
          ? "a port is a whole number from 1 to 65535"
          : "a range is two ports from 1 to 65535, the lower one first",
      fix: typeof value === "number" ? "use such a port" : "for example 8000-8010",
    }));
  const [from, to] = [portRange(external), portRange(internal)];
  if (from !== undefined && to !== undefined && length(from) !== length(to)) {
    const last = to.first + from.last - from.first;
    wrong.push({
      place: `${place}.internal`,
      value: String(internal),
      allowed: `${external} has ${counted(from)}, and ${internal} has ${counted(to)}: each leads to one`,
      fix:
        last <= 65535
          ? `use ${last === to.first ? last : `${to.first}-${last}`}`
          : "use ranges of one length",
    });
  }
  const wrongOne = wrongProtocol(protocol);
  if (wrongOne !== undefined) wrong.push({ place: `${place}.protocol`, value: protocol, ...wrongOne });
  if (hostAddress !== undefined && !isAddress(hostAddress)) {
    wrong.push({
      place: `${place}.hostAddress`,
      value: hostAddress,
      allowed: "is no IPv4 address",
      fix: "use an address of the host, or 127.0.0.1 for the host alone",
    });
  }
  return wrong;
}

/** The ports that are published on hosts. */
export class PublishedPorts {
  readonly #taken = new Map<string, (PortPair & { place: string })[]>();

  /** Enters a port, or a range of them. What is wrong with it: each can be taken only once. */
  enter(host: string, place: string, port: PublishedPort): FoundProblem[] {
    const wrong = wrongPort(place, port);
    if (wrong.length > 0) return wrong;
    const taken = this.#taken.get(host) ?? [];
    const pairs = portPairs(port);
    this.#taken.set(host, [...taken, ...pairs.map((pair) => ({ ...pair, place }))]);
    const clashing = pairs.find((pair) => taken.some((other) => collide(pair, other)));
    const holder = clashing && taken.find((other) => collide(clashing, other));
    if (clashing === undefined || holder === undefined) return [];
    const { external } = clashing;
    return [
      {
        place: `${place}.external`,
        value: describePort(clashing),
        allowed: `this port of ${host} is already that of ${holder.place}.external`,
        fix: `publish on another, for example ${external < 65535 ? external + 1 : external - 1}`,
      },
    ];
  }
}

/** Whether an engine can publish only one of the two on one host. */
function collide(a: PortPair, b: PortPair): boolean {
  if (a.external !== b.external || a.protocol !== b.protocol) return false;
  return a.hostAddress === b.hostAddress || [a.hostAddress, b.hostAddress].includes(EVERY_ADDRESS);
}

/** `8080/tcp`, `127.0.0.1:53/udp`. */
function describePort({ external, protocol, hostAddress }: PortPair): string {
  return `${hostAddress === EVERY_ADDRESS ? "" : `${hostAddress}:`}${external}/${protocol}`;
}

function counted(range: Range): string {
  return length(range) === 1 ? "one port" : `${length(range)} ports`;
}

function length({ first, last }: Range): number {
  return last - first + 1;
}
