/** The containers of a Compose file as nodes of a lab. */
import { illegalName, nameKey } from "../topology/names.ts";
import { groupBy } from "../topology/group.ts";
import { portsIn } from "../topology/run-options.ts";
import type { Canonical, CanonicalEndpoint, CanonicalPort, CanonicalService } from "./canonical.ts";
import { DEFAULT_BRIDGE } from "./networks.ts";

/** A container of a service. */
export interface ComposeNode {
  /** Its name in the lab: the service's, with a number for several containers (`web-1`). */
  name: string;
  /** The service. */
  service: string;
  /** Which of the service's containers it is, from 1. */
  number: number;
  /** How it is plugged in: into its networks, into those of another container, into the host's, or not at all. */
  mode: "networks" | "joined" | "host" | "none";
  /** The service whose interfaces it shares. */
  joins?: string;
  /** The container whose interfaces it shares, as Compose is told, where that is of no service of the file. */
  joinsUnknown?: string;
  /** Its place on each network, by the network's key in the file. */
  ends: ReadonlyMap<string, End>;
  /** TCP ports at which it listens. */
  listens: readonly number[];
  /** Ports of the host that lead into it. */
  ports: readonly PublishedPort[];
}

/** The place of a container on a network. */
export interface End {
  /** The names by which others find it there. */
  names: readonly string[];
  /** The names that `links` give to it, each for one service alone. */
  linked: readonly LinkedName[];
  address?: string;
  gatewayPriority?: number;
}

/** A port of the host. */
export interface PublishedPort {
  external: number;
  internal: number;
  protocol: "tcp" | "udp" | "sctp";
  /** The address of the host that it is bound to; empty: all. */
  hostAddress: string;
  /** Whether it is one of a range, of which each container of the service has one: the engine decides which. */
  ofRange: boolean;
}

/** The nodes that every lab of a Compose file has beside its services. */
export const HOST = "host1";
export const OUTSIDE = "outside";

/** The ports that services listen at beside those that the file publishes and exposes, by service. */
export type Listens = Readonly<Record<string, readonly number[]>>;

export function nodesOf(file: Canonical, further: Listens): ComposeNode[] {
  const linked = linkedNames(file);
  const taken = new Set([HOST, OUTSIDE, "local", ...aliasesIn(file)].map(key));
  const services = Object.keys(file.services);
  return Object.entries(file.services).flatMap(([service, written]) => {
    const count = written.scale ?? written.deploy.replicas ?? 1;
    return Array.from({ length: count }, (_, index) => {
      const number = index + 1;
      const usable =
        count === 1 && illegalName("container", service) === undefined && !taken.has(key(service));
      const name = usable ? service : numbered(service, number, services);
      const containerName = written.container_name ?? `${file.name}-${service}-${number}`;
      return {
        name,
        service,
        number,
        ...placeOf(file, written),
        ends: endsOf(written, [service, containerName], linked.get(service) ?? []),
        listens: listensAt(written, further[service] ?? []),
        ports: written.ports.flatMap((port) => publishedBy(port, index)),
      };
    });
  });
}

/** The name of one of several containers of a service. It is the name of no other service. */
function numbered(service: string, number: number, services: readonly string[]): string {
  const names = ["-", "_", "."].map((mark) => `${service}${mark}${number}`);
  return names.find((name) => !services.some((other) => key(other) === key(name))) ?? `${service}-${number}`;
}

function key(name: string): string {
  return nameKey("container", name);
}

/** Names that a service has beside its own, and that may be those of other services. */
function aliasesIn({ services }: Canonical): string[] {
  return Object.entries(services).flatMap(([service, { networks, links, container_name: name }]) => {
    const aliases = [name ?? service, ...Object.values(networks).flatMap((endpoint) => endpoint.aliases)];
    const linked = links.flatMap((link) => {
      const [to = "", name = to] = link.split(":");
      return name === to ? [] : [name];
    });
    return [...aliases.filter((alias) => alias !== service), ...linked];
  });
}

/** `service:NAME`, `container:NAME`, `host`, `none`, `bridge`; nothing where it has networks. */
function placeOf(
  { name: project, services }: Canonical,
  { network_mode: mode }: CanonicalService,
): Pick<ComposeNode, "mode" | "joins" | "joinsUnknown"> {
  if (mode === "host" || mode === "none") return { mode };
  const [, kind, whom = ""] = /^(service|container):(.*)$/.exec(mode ?? "") ?? [];
  if (kind === undefined) return { mode: "networks" };
  if (kind === "service") return { mode: "joined", joins: whom };
  const joins = Object.keys(services).find((service) =>
    [services[service]?.container_name, `${project}-${service}-1`].includes(whom),
  );
  return { mode: "joined", ...(joins === undefined ? { joinsUnknown: whom } : { joins }) };
}

/** The names that `links` give to services. */
function linkedNames({ services }: Canonical): Map<string, LinkedName[]> {
  const links = Object.entries(services).flatMap(([by, { links, networks }]) =>
    links.map((link) => {
      const [service = "", name = service] = link.split(":");
      return { service, name, by, networks: Object.keys(networks) };
    }),
  );
  return groupBy(links, ({ service }) => service);
}

interface LinkedName {
  name: string;
  /** The service that is told of the link. */
  by: string;
  /** The networks of the container that is told of the link. */
  networks: readonly string[];
}

function endsOf(
  service: CanonicalService,
  own: readonly string[],
  linked: readonly LinkedName[],
): Map<string, End> {
  const { network_mode: mode, hostname } = service;
  if (mode === "bridge" || mode === "default") return new Map([[DEFAULT_BRIDGE, { names: [], linked: [] }]]);
  // What a container calls itself is a name for others too.
  const names = hostname === undefined ? own : [...own, hostname];
  const entries = Object.entries(service.networks);
  return new Map(
    entries.map(([network, endpoint]) => {
      const links = linked.filter(({ networks }) => networks.includes(network));
      return [network, endOf(endpoint, names, links)] as const;
    }),
  );
}

function endOf(endpoint: CanonicalEndpoint, names: readonly string[], linked: readonly LinkedName[]): End {
  const { aliases, ipv4_address: address, gw_priority: gatewayPriority } = endpoint;
  return {
    names: [...new Set([...names, ...aliases])],
    linked: linked.filter(({ name }) => !names.includes(name) && !aliases.includes(name)),
    ...(address && { address }),
    ...(gatewayPriority !== undefined && { gatewayPriority }),
  };
}

/** TCP ports: those of `ports`, of `expose`, and those that are known otherwise. */
function listensAt({ ports, expose }: CanonicalService, further: readonly number[]): number[] {
  const published = ports.filter(({ protocol }) => protocol === "tcp").map(({ target }) => target);
  const exposed = expose.flatMap((written) => {
    const [range = "", protocol = "tcp"] = written.split("/");
    return protocol === "tcp" ? portsIn(range) : [];
  });
  return [...new Set([...published, ...exposed, ...further])].sort((one, other) => one - other);
}

/** The container whose interfaces a node shares: the first of the service that it joins. */
export function ownerOf({ joins }: ComposeNode, nodes: readonly ComposeNode[]): ComposeNode | undefined {
  return nodes.find(({ service, number }) => service === joins && number === 1);
}

/** Of a range of ports for one container each container of the service has one. A port that the engine chooses is none here. */
function publishedBy(port: CanonicalPort, index: number): PublishedPort[] {
  const { published = "", target: internal, protocol, host_ip: hostAddress } = port;
  const range = portsIn(published);
  const external = range.length > 1 ? range[index] : range[0];
  if (external === undefined || hostAddress.includes(":")) return [];
  const kind = protocol as PublishedPort["protocol"];
  return [{ external, internal, protocol: kind, hostAddress, ofRange: range.length > 1 }];
}
