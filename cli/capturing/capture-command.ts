import { entering } from "../../reach/entering.ts";
import { hostPlace, type Place, placesOf } from "../../reach/places.ts";
import { scriptCall } from "../../scripts/index.ts";
import { labelsOf } from "../../topology/labels.ts";
import type { Topology, TopologyHost, TopologyNetwork } from "../../topology/document.ts";
import { didYouMean } from "../../topology/suggest.ts";
import { WrongUse } from "../exit.ts";

/** Options of a capture. */
export interface CaptureWish {
  /** A pcap file on standard output instead of text. */
  pcap: boolean;
  filter?: string;
  count?: number;
}

/** The command of a capture. It ends when its standard input is closed. */
export interface CaptureCommand {
  command: string[];
  /** The subject of the capture, in words. */
  what: string;
}

/** The container with tcpdump that runs beside a container of the user's engine. */
export interface Lender {
  image: string;
  /** Value of its label vethlab.home. */
  home: string;
}

/** Exit code of scripts/capture.sh when there is nothing to capture at. */
export const NOT_THERE = 93;

/**
 * The command that captures at a node (all its interfaces) or at a network (its bridge, or an end of its veth link).
 * `NETWORK@HOST`: an overlay on this host.
 * @throws WrongUse when the lab does not have it, or when it is in the network of the user's own machine
 */
export function captureCommand(
  topology: Topology,
  name: string,
  wish: CaptureWish,
  lender: Lender,
): CaptureCommand {
  const place = placesOf(topology).get(name);
  if (place !== undefined) return atNode(topology, place, name, wish, lender);
  const network = topology.networks.find((one) => one.name === name);
  if (network !== undefined) return atNetwork(topology, network, wish);
  const [overlayName, hostName] = name.split("@");
  const overlay = topology.networks.find((one) => one.name === overlayName && one.driver === "overlay");
  if (overlay !== undefined) return atOverlay(topology, overlay, hostName, wish);
  const nodes = topology.nodes.map((one) => one.name);
  const networks = topology.networks.map((one) => one.name);
  throw new WrongUse(
    [
      `The lab has no node or network "${name}": ${didYouMean(name, [...nodes, ...networks])}`,
      `  its nodes: ${nodes.join(", ")}`,
      `  its networks: ${networks.join(", ") || "none"}`,
    ].join("\n"),
  );
}

function atNode(
  topology: Topology,
  place: Place,
  name: string,
  wish: CaptureWish,
  lender: Lender,
): CaptureCommand {
  const { host } = place;
  const what = `${name}, all interfaces`;
  const target = { INTERFACE: "any", NAME: "name" in place ? place.name : "" };
  if (place.kind === "container" && host.shell === undefined) {
    return { command: beside(topology, place.name, captureScript("here", target, wish), lender), what };
  }
  return onHost(
    host,
    place.kind === "container" || place.kind === "namespace" ? place.kind : "here",
    target,
    wish,
    what,
  );
}

function atNetwork(topology: Topology, network: TopologyNetwork, wish: CaptureWish): CaptureCommand {
  const { name, driver } = network;
  const host = topology.hosts.find((one) => one.name === network.host);
  if (host === undefined) throw new Error(`the topology has no host ${network.host}`);
  const members = topology.nodes
    .filter(({ interfaces }) => interfaces.some((one) => one.network === name))
    .map((node) => node.name);
  if (host.kind === "local") {
    throw new WrongUse(
      [
        `"${name}" is a network of this machine's own engine: its bridge is in the machine's own network, which vethlab`,
        `does not enter. Capture at one of its nodes: ${members.join(", ") || "it has none"}`,
      ].join("\n"),
    );
  }
  switch (driver) {
    case "veth": {
      const end = topology.nodes
        .flatMap((node) => node.interfaces.map((one) => ({ node, ...one })))
        .find((one) => one.network === name && one.interface !== undefined);
      if (end?.interface === undefined) throw new WrongUse(`Nothing is plugged into "${name}".`);
      const target = { INTERFACE: end.interface, NAME: end.node.name };
      const what = `${name}, at ${end.interface} in ${end.node.name}`;
      return onHost(host, end.node.kind === "namespace" ? "namespace" : "here", target, wish, what);
    }
    case "bridge":
      return onHost(host, "bridge", { NAME: name }, wish, `${name}, at its bridge on ${host.name}`);
    case "overlay":
      return atOverlay(topology, network, undefined, wish);
    default:
      throw new WrongUse(
        `Networks of driver ${driver} have no interface of their own to capture at; capture at a node: ${members.join(", ")}`,
      );
  }
}

/** In the namespace that a host keeps for an overlay: at its bridge, which has the boxes of the host and the vxlan device. */
function atOverlay(
  topology: Topology,
  { name, host: creator }: TopologyNetwork,
  hostName: string | undefined,
  wish: CaptureWish,
): CaptureCommand {
  const onIt = new Set(
    topology.nodes
      .filter(({ interfaces }) => interfaces.some(({ network }) => network === name))
      .map(({ host }) => host),
  );
  const chosen = hostName ?? (onIt.has(creator) ? creator : ([...onIt][0] ?? creator));
  const hosts = topology.hosts.filter(({ shell }) => shell !== undefined);
  const host = hosts.find((one) => one.name === chosen);
  if (host === undefined) {
    const known = hosts.map((one) => `${name}@${one.name}`);
    throw new WrongUse(`The lab has no host "${chosen}": ${didYouMean(`${name}@${chosen}`, known)}`);
  }
  const what = `${name}, at its bridge in its namespace on ${host.name}`;
  return onHost(host, "overlay", { INTERFACE: "br0", NAME: name }, wish, what);
}

/** On a lab host, by an argument of scripts/capture.sh. */
function onHost(
  host: TopologyHost,
  argument: string,
  target: { NAME: string; INTERFACE?: string },
  wish: CaptureWish,
  what: string,
): CaptureCommand {
  const { name, kind } = host;
  const place = hostPlace(host);
  if (place.kind === "engine") {
    throw new WrongUse(`"${name}" is this machine itself, whose network vethlab does not enter.`);
  }
  if (kind === "ssh") {
    throw new WrongUse(
      `"${name}" is a machine of yours, whose network vethlab does not enter: run tcpdump there by hand.`,
    );
  }
  const script = captureScript(argument, { HOST: name, ...target }, wish);
  return { command: [...entering(place), ...script], what };
}

function captureScript(argument: string, variables: Record<string, string>, wish: CaptureWish): string[] {
  const options = [
    ...(wish.pcap ? ["-U", "-w", "-"] : ["-l"]),
    ...(wish.count === undefined ? [] : ["-c", String(wish.count)]),
    ...(wish.filter === undefined ? [] : ["--", wish.filter]),
  ];
  return scriptCall("capture", [argument, ...options], variables);
}

/** In the network namespace of a container of the user's engine, with our tools, since its image may have none. */
function beside(
  { stack, lab }: Topology,
  container: string,
  [program = "", ...words]: readonly string[],
  { image, home }: Lender,
): string[] {
  const labels = Object.entries(labelsOf({ stack, lab, home })).flatMap(([key, value]) => [
    "--label",
    `${key}=${value}`,
  ]);
  // tcpdump's `-Z root` sets user and group, even to the present ones.
  const rights = ["NET_RAW", "SETUID", "SETGID"].flatMap((right) => ["--cap-add", right]);
  return [
    ...["docker", "run", "--rm", "-i", "--network", `container:${container}`, ...labels],
    ...["--cap-drop", "ALL", ...rights, "--entrypoint", program, image, ...words],
  ];
}
