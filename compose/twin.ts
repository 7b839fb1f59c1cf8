/** The twin of a Compose file: a lab with its networks, names, addresses and ports, and with vethlab's box in the place of each container. */
import { defaultEngine, type EngineVersion } from "../topology/engines.ts";
import type { LabData } from "../topology/lab-data/lab-data.ts";
import { illegalName } from "../topology/names.ts";
import type { Canonical, CanonicalService } from "./canonical.ts";
import { bindingOf, DEFAULT_BRIDGE, type TwinNetwork } from "./networks.ts";
import { type ComposeNode, HOST } from "./nodes.ts";
import { selfOf } from "./self.ts";

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
        const box = {
          ...boxData(node, service, networks, engineVersion ?? defaultEngine),
          ...serving(servers.get(node.name)),
        };
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
  engine: EngineVersion,
): BoxEntry {
  return {
    ...(mode === "host" || mode === "none" ? { network: mode } : {}),
    ...(mode === "networks" && {
      networks: [...ends].map(([key, { names, linked, address, gatewayPriority }]) => {
        // In the lab all on the network know the name of a link, and not the linking container alone.
        const all = new Set([...names, ...linked.map((one) => one.name)]);
        // The engine itself makes the hostname a name.
        const aliases = [...all].filter(
          (one) => one !== name && one !== service.hostname && illegalName("alias", one) === undefined,
        );
        return {
          network: networks.get(key)?.name ?? key,
          ...(aliases.length > 0 && { aliases }),
          ...(address && { ipv4Address: address }),
          ...(gatewayPriority !== undefined && hasPriorities(engine) && { gatewayPriority }),
        };
      }),
    }),
    ...(ports.length > 0 &&
      mode === "networks" &&
      // Docker publishes no port of a container that is on internal networks only.
      [...ends.keys()].some((key) => networks.get(key)?.internal !== true) && {
        ports: ports.map(({ external, internal, protocol, hostAddress: written }) => {
          const hostAddress = written || (bindingOf(ends, networks) ?? "");
          const shown = hostAddress !== "" && !isOfHost(hostAddress);
          return { external, internal, protocol, ...(shown && { hostAddress }) };
        }),
      }),
    // By itself a box is called as in the lab, and a container knows what it is called up to the first dot.
    ...(name.includes(".") && { hostname: name.replaceAll(".", "_") }),
    ...selfOf(service).shown,
  };
}

/** Whether an engine lets a container say which of its networks has the default route. */
export function hasPriorities(engine: EngineVersion): boolean {
  return Number.parseInt(engine) >= 28;
}

/** Whether an address to which ports are bound is one of the user's machine, which the lab host has not. */
export function isOfHost(address: string): boolean {
  return !["", "0.0.0.0"].includes(address) && !isLoopback(address);
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
