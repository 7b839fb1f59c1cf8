import { wrongMac } from "../topology/run-options.ts";
import { didYouMean } from "../topology/suggest.ts";
import { type ArgumentNames, refuseUnknown } from "./arguments.ts";
import type { Network } from "./bridge-network.ts";
import { planOnce, planPorts, planUnpublished, portsInShort, publisherOf } from "./box-ports.ts";
import type { BoxPort, ContainerArgs, NamedContainerArgs } from "./container-args.ts";
import { planContainer, planNamed, planOrder, planVersion } from "./container-plan.ts";
import { type Host, isUsers } from "./host.ts";
import { planOwnership } from "./ownership.ts";

/** A container's place on a network. */
export interface BoxEndpoint {
  network: Network;
  /** IPv4 address (`docker run --ip`); not on the default bridge. Default: the engine's next free one. */
  ipv4Address?: string;
  /** Further names by which others find it on this network (`--network-alias`); not on the default bridge. Default: none. */
  aliases?: string[];
  /**
   * MAC address on this network (`--mac-address`): `02:42:ac:11:00:02`. The provider connects a box to its networks, and
   * engines drop the address there, up to Docker 29 (moby#48192; mended by moby#52040): on these it is refused. Default:
   * the engine's choice.
   */
  macAddress?: string;
  /**
   * The network with the highest priority has the box's default gateway (`--network name=NET,gw-priority=N`); a whole
   * number from 0 on. On engines from Docker 28 on: older ones choose by the networks' names. Default: 0.
   */
  gatewayPriority?: number;
}

const ENDPOINT: ArgumentNames<BoxEndpoint> = {
  network: true,
  ipv4Address: true,
  aliases: true,
  macAddress: true,
  gatewayPriority: true,
};

/** The arguments of a box, with its networks, or the mode in which it has none. */
type PlannedBox = ContainerArgs &
  NamedContainerArgs &
  (
    | { networks: BoxEndpoint[]; ports?: BoxPort[]; network?: never }
    | { network: "host" | "none"; networks?: never; ports?: never }
  );

/** Enters a box in the address plan, with all problems of its arguments. */
export function planBox(name: string, args: PlannedBox, host: Host): void {
  const place = `boxes.${name}`;
  host.site.plan.name({ scope: "nodes", place, name, kind: "container" });
  planOwnership(host, place, "container", host.engineName(name));
  planContainer(place, args, host, args.network !== "host");
  planNamed(place, args, host);
  planOrder(place, args, host);
  if (args.network !== undefined) planMode(place, args, host);
  else {
    for (const [index, endpoint] of args.networks.entries()) {
      refuseUnknown(`${place}.networks[${index}]`, endpoint, ENDPOINT);
      planEndpoint(name, endpoint, host);
    }
    const publisher = publisherOf(args.networks);
    planPorts(place, args.ports, host, publisher?.routed === true ? name : host.hostName);
    planOnce(place, args.ports, host);
    if (publisher === undefined) planUnpublished(place, args.ports, host);
  }
}

function planEndpoint(name: string, endpoint: BoxEndpoint, host: Host): void {
  const { network, ipv4Address } = endpoint;
  const { plan } = host.site;
  const at = `boxes.${name}.networks.${network.networkName}`;
  plan.member({ network: network.planKey, place: `${at}.ipv4Address`, node: name, address: ipv4Address });
  if (network.host !== host) {
    plan.problem({
      place: at,
      value: network.networkName,
      allowed: `is a network of ${network.host.hostName}, and the box stands on ${host.hostName}`,
      fix: "give a box networks of one host",
    });
  }
  if (ipv4Address !== undefined && !network.hasDns) {
    plan.problem({
      place: `${at}.ipv4Address`,
      value: ipv4Address,
      allowed: "Docker lets nobody choose an address on the default bridge",
      fix: "leave it out, or use a BridgeNetwork; `after` gives boxes their addresses in order",
    });
  }
  planPlace(at, name, endpoint, host);
}

/** What a place on a network may have beside its address: of a box, and of an attachment. */
export function planPlace(at: string, node: string, endpoint: BoxEndpoint, host: Host): void {
  const { network, aliases = [], macAddress, gatewayPriority } = endpoint;
  const { plan } = host.site;
  for (const [index, alias] of aliases.entries()) {
    const place = `${at}.aliases[${index}]`;
    if (network.hasDns) plan.alias({ network: network.planKey, place, node, name: alias });
    else
      plan.problem({
        place,
        value: alias,
        allowed: "Docker knows no names on the default bridge",
        fix: "leave it out, or use a BridgeNetwork",
      });
  }
  if (macAddress !== undefined) planMac(`${at}.macAddress`, network, macAddress, host);
  if (gatewayPriority !== undefined) {
    const place = `${at}.gatewayPriority`;
    planVersion(host, place, String(gatewayPriority), 28);
    if (!Number.isInteger(gatewayPriority) || gatewayPriority < 0)
      plan.problem({
        place,
        value: String(gatewayPriority),
        allowed: "must be a whole number, and at least 0",
        fix: "the highest one of a box wins",
      });
  }
}

function planMac(place: string, network: Network, macAddress: string, host: Host): void {
  const { plan } = host.site;
  planConnectedMac(place, macAddress, host);
  const wrong = wrongMac(macAddress);
  if (wrong !== undefined) plan.problem({ place, value: macAddress, ...wrong });
  else
    plan.only({
      scope: `MAC addresses on ${network.planKey}`,
      place,
      value: macAddress.toLowerCase(),
      what: "MAC address",
      fix: "give each box on a network its own",
    });
}

/** Docker's own `run` takes a MAC address since 25 for each network; a container that is connected afterwards loses it. */
function planConnectedMac(place: string, macAddress: string, host: Host): void {
  const { engineVersion } = host;
  if (engineVersion === undefined || Number.parseInt(engineVersion) >= 30) return;
  host.site.plan.problem({
    place,
    value: macAddress,
    allowed: `Docker ${engineVersion} of ${host.hostName} drops it where the provider connects a box (moby#48192)`,
    fix: "leave it out: the engine chooses one",
  });
}

/** Mistakes that the types exclude, but a program in plain JavaScript can make. */
interface Untyped {
  network: string;
  networks?: BoxEndpoint[];
  ports?: BoxPort[];
}

function planMode(place: string, { network: mode, networks = [], ports = [] }: Untyped, host: Host): void {
  const { plan } = host.site;
  const modes = ["host", "none"];
  if (!modes.includes(mode)) {
    plan.problem({
      place: `${place}.network`,
      value: mode,
      allowed: "must be host or none; a box on networks has them in `networks`",
      fix: didYouMean(mode, modes),
    });
    return;
  }
  const why = mode === "host" ? "has the interfaces of its host" : "has nothing but lo";
  if (networks.length > 0) {
    plan.problem({
      place: `${place}.networks`,
      value: networks.map(({ network }) => network.networkName).join(", "),
      allowed: `a box with network "${mode}" ${why}, and is plugged into no network`,
      fix: `leave out either networks or network: "${mode}"`,
    });
  }
  if (ports.length > 0) {
    plan.problem({
      place: `${place}.ports`,
      value: portsInShort(ports),
      allowed: `a box with network "${mode}" ${why}, and publishes no ports`,
      fix:
        mode === "host"
          ? "leave it out: its ports are the host's"
          : "leave it out, or plug the box into a network",
    });
  }
  if (mode === "host" && isUsers(host)) {
    plan.problem({
      place: `${place}.network`,
      value: mode,
      allowed: "would stand in the network of a machine of the user's",
      fix: "use a ContainerHost",
    });
  }
}
