/** The twin of a Compose file: a lab with its networks, names, addresses and ports, and with vethlab's box in the place of each container. */
import type { EngineVersion } from "../topology/engines.ts";
import type { LabData } from "../topology/lab-data/lab-data.ts";
import { illegalName } from "../topology/names.ts";
import type { Canonical, CanonicalService } from "./canonical.ts";
import { DEFAULT_BRIDGE, type TwinNetwork } from "./networks.ts";
import { type ComposeNode, HOST } from "./nodes.ts";

type Table<Name extends keyof LabData> = NonNullable<LabData[Name]>;
type BoxEntry = Table<"boxes">[string];

/** The lab without its claims. */
export function twinOf(
  { services }: Canonical,
  networks: ReadonlyMap<string, TwinNetwork>,
  nodes: readonly ComposeNode[],
  engineVersion?: EngineVersion,
): Omit<LabData, "claims"> {
  const boxes = nodes.filter(({ mode }) => mode !== "joined");
  const joined = nodes.filter(({ joins }) => joins !== undefined);
  const onDefaultBridge = boxes.some(({ ends }) => ends.has(DEFAULT_BRIDGE));
  const servers = serversOf(nodes);
  const named = (service: string): string[] =>
    boxes.filter((node) => node.service === service).map(({ name }) => name);
  return {
    outside: {},
    hosts: { [HOST]: engineVersion === undefined ? {} : { engineVersion } },
    networks: Object.fromEntries(
      [...networks.values()].map((network) => [network.name, networkData(network)]),
    ),
    ...(onDefaultBridge && { defaultBridges: { [DEFAULT_BRIDGE]: {} } }),
    boxes: Object.fromEntries(
      boxes.map((node) => {
        const service = services[node.service] as CanonicalService;
        const after = Object.keys(service.depends_on).flatMap(named);
        const box = { ...boxData(node, service, networks), ...serving(servers.get(node.name)) };
        return [node.name, after.length === 0 ? box : { ...box, after }];
      }),
    ),
    joinedBoxes: Object.fromEntries(
      joined.map(({ name, joins = "" }) => [
        name,
        { joins: named(joins)[0] ?? joins, ...serving(servers.get(name)) },
      ]),
    ),
  };
}

function networkData({
  subnet,
  gateway,
  ipRange,
  auxAddresses,
  internal,
  options,
}: TwinNetwork): Table<"networks">[string] {
  return {
    subnet,
    ...(gateway && { gateway }),
    ...(ipRange && { ipRange }),
    ...(auxAddresses && { auxAddresses }),
    ...(internal && { internal }),
    ...(Object.keys(options).length > 0 && { options: { ...options } }),
  };
}

function boxData(
  { name, mode, ends, ports }: ComposeNode,
  service: CanonicalService,
  networks: ReadonlyMap<string, TwinNetwork>,
): BoxEntry {
  const { hostname, domainname, dns, dns_search: dnsSearch, dns_opt: dnsOptions } = service;
  const extraHosts = Object.fromEntries(
    service.extra_hosts
      .map((one) => one.split("=") as [string, string])
      .filter(([, to]) => !to.includes(":")),
  );
  return {
    ...(mode === "host" || mode === "none" ? { network: mode } : {}),
    ...(mode === "networks" && {
      networks: [...ends].map(([key, { names, address, mac, gatewayPriority }]) => {
        const aliases = names.filter((one) => one !== name && illegalName("alias", one) === undefined);
        return {
          network: networks.get(key)?.name ?? key,
          ...(aliases.length > 0 && { aliases }),
          ...(address && { ipv4Address: address }),
          ...(mac && { macAddress: mac }),
          ...(gatewayPriority !== undefined && { gatewayPriority }),
        };
      }),
    }),
    ...(ports.length > 0 &&
      mode === "networks" && {
        ports: ports.map(({ external, internal, protocol, hostAddress }) => ({
          external,
          internal,
          protocol,
          // The addresses of the user's machine are not those of the lab host.
          ...(isLoopback(hostAddress) && { hostAddress }),
        })),
      }),
    ...(hostname && { hostname }),
    ...(domainname && { domainname }),
    ...(dns.length > 0 && { dns: dns.filter((server) => !server.includes(":")) }),
    ...(dnsSearch.length > 0 && { dnsSearch }),
    ...(dnsOptions.length > 0 && { dnsOptions }),
    ...(Object.keys(extraHosts).length > 0 && { extraHosts }),
  };
}

/** Whether a port that is bound to this address is the host's own affair. */
export function isLoopback(hostAddress: string): boolean {
  return hostAddress.startsWith("127.");
}

function serving(ports: readonly number[] = []): { command?: string[] } {
  return ports.length === 0 ? {} : { command: ["vethlab-web", ...ports.map(String)] };
}

/** The ports at which the box of each node listens. Containers that share interfaces share ports: the first one has it. */
function serversOf(nodes: readonly ComposeNode[]): Map<string, number[]> {
  const taken = new Map<string, Set<number>>();
  const firstOwners = [...nodes].sort(
    (one, other) => Number(one.mode === "joined") - Number(other.mode === "joined"),
  );
  return new Map(
    firstOwners.map(({ name, joins, mode, service, number, listens }) => {
      const shared = mode === "host" ? HOST : joins === undefined ? `${service} ${number}` : `${joins} 1`;
      const others = taken.get(shared) ?? new Set();
      const own = listens.filter((port) => !others.has(port));
      taken.set(shared, new Set([...others, ...own]));
      return [name, own];
    }),
  );
}
