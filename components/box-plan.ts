import { didYouMean } from "../topology/suggest.ts";
import { type ArgumentNames, refuseUnknown } from "./arguments.ts";
import type { Network } from "./bridge-network.ts";
import { type Host, isUsers } from "./host.ts";
import { planOwnership } from "./ownership.ts";

/** A container's place on a network. */
export interface BoxEndpoint {
  network: Network;
  /** IPv4 address (`docker run --ip`); not on the default bridge. Default: the engine's next free one. */
  ipv4Address?: string;
}

/** A port of the host that leads into a box (`docker run --publish EXTERNAL:INTERNAL/PROTOCOL`). */
export interface BoxPort {
  /** Port of the host, 1 to 65535; on all of its addresses. */
  external: number;
  /** Port in the box, 1 to 65535. */
  internal: number;
  /** Default: tcp. */
  protocol?: "tcp" | "udp";
}

const ENDPOINT: ArgumentNames<BoxEndpoint> = { network: true, ipv4Address: true };

const PORT: ArgumentNames<BoxPort> = { external: true, internal: true, protocol: true };

/** The networks of a box, or the mode in which it has none. */
type PlannedBox =
  | { networks: BoxEndpoint[]; ports?: BoxPort[]; network?: never }
  | { network: "host" | "none"; networks?: never; ports?: never };

/** Enters a box in the address plan, with all problems of its arguments. */
export function planBox(name: string, args: PlannedBox, host: Host): void {
  const place = `boxes.${name}`;
  host.site.plan.name({ scope: "nodes", place, name, kind: "container" });
  planOwnership(host, place, "container", host.engineName(name));
  if (args.network !== undefined) planMode(place, args, host);
  else {
    for (const [index, endpoint] of args.networks.entries()) {
      refuseUnknown(`${place}.networks[${index}]`, endpoint, ENDPOINT);
      planEndpoint(name, endpoint, host);
    }
    for (const [index, port] of (args.ports ?? []).entries()) {
      refuseUnknown(`${place}.ports[${index}]`, port, PORT);
      planPort(`${place}.ports[${index}]`, port, host);
    }
  }
}

function planEndpoint(name: string, { network, ipv4Address }: BoxEndpoint, host: Host): void {
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
}

function planPort(place: string, { external, internal, protocol = "tcp" }: BoxPort, host: Host): void {
  const protocols = ["tcp", "udp"];
  host.site.plan.port({ host: host.hostName, place, external, internal, protocol });
  if (!protocols.includes(protocol)) {
    host.site.plan.problem({
      place: `${place}.protocol`,
      value: protocol,
      allowed: "must be tcp or udp",
      fix: didYouMean(protocol, protocols),
    });
  }
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
      value: ports.map(({ external, internal }) => `${external}:${internal}`).join(", "),
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
