import { refuseUnknown } from "./arguments.ts";
import type { Network } from "./bridge-network.ts";
import { type BoxPort, PORT } from "./container-args.ts";
import { pairsOf } from "./container-options.ts";
import type { Host } from "./host.ts";

/**
 * The network that publishes the ports of a box: it has the default gateway of the box. Of the networks that are not internal
 * Docker takes the one with the highest priority, else the first by name. undefined: no port is published.
 */
export function publisherOf(
  endpoints: readonly { network: Network; gatewayPriority?: number }[],
): Network | undefined {
  const [first] = endpoints
    .filter(({ network }) => network.internal !== true)
    .toSorted(
      (a, b) =>
        (b.gatewayPriority ?? 0) - (a.gatewayPriority ?? 0) ||
        (a.network.engineName < b.network.engineName ? -1 : 1),
    );
  return first?.network;
}

/** The ports, each with the address of the host that the publishing network chooses where it says none. */
export function boundPorts(publisher: Network | undefined, ports: BoxPort[] = []): { ports?: BoxPort[] } {
  const hostAddress = publisher?.hostBindingAddress;
  const bound = hostAddress === undefined ? {} : { hostAddress };
  return ports.length === 0 ? {} : { ports: ports.map((port) => ({ ...bound, ...port })) };
}

/**
 * Enters published ports in the plan, with all that is wrong with them.
 *
 * @param owner whose ports these are: the host's, or a box' own. Default: the host
 */
export function planPorts(
  place: string,
  ports: readonly BoxPort[] = [],
  host: Host,
  owner = host.hostName,
): void {
  for (const [index, port] of ports.entries()) {
    const at = `${place}.ports[${index}]`;
    refuseUnknown(at, port, PORT);
    host.site.plan.port({ protocol: "tcp", ...port, host: owner, place: at });
  }
}

/** Of two places where one port of a box is published the provider reads now the one first, now the other. */
export function planOnce(place: string, ports: readonly BoxPort[] = [], host: Host): void {
  const inside = ports.flatMap((port, index) =>
    pairsOf([port]).map(({ internal, protocol }) => ({ index, text: `${internal}/${protocol}` })),
  );
  for (const [at, { index, text }] of inside.entries()) {
    const first = inside.findIndex((other) => other.text === text);
    if (first === at) continue;
    host.site.plan.problem({
      place: `${place}.ports[${index}].internal`,
      value: text,
      allowed: `is published by ports[${inside[first]?.index ?? 0}] already, and Pulumi would make a box with two such anew each time`,
      fix: "publish it once, on all addresses of the host, or let the box listen on one more port",
    });
  }
}

/** Tells the plan that no network of a box publishes its ports. */
export function planUnpublished(place: string, ports: readonly BoxPort[] = [], host: Host): void {
  if (ports.length === 0) return;
  host.site.plan.problem({
    place: `${place}.ports`,
    value: portsInShort(ports),
    allowed: "Docker publishes no port of a box whose networks are all internal",
    fix: "leave it out, or plug the box into a network that is not internal",
  });
}

/** Ports in a message. */
export function portsInShort(ports: readonly BoxPort[]): string {
  return ports.map(({ external, internal }) => `${external}:${internal}`).join(", ");
}
