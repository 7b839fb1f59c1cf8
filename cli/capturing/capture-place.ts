import { findOverlaySpace } from "../../checks/overlays.ts";
import { commandLine } from "../../topology/shell.ts";
import { labelsOf } from "../../topology/labels.ts";
import type { Topology, TopologyHost, TopologyNetwork, TopologyNode } from "../../topology/document.ts";
import { didYouMean } from "../../topology/suggest.ts";
import { WrongUse } from "../exit.ts";

/** What tcpdump is to do. */
export interface CaptureWish {
  /** A pcap file on standard output instead of text. */
  pcap: boolean;
  filter?: string;
  count?: number;
}

/** How a capture is run: a command whose standard input ends it when it is closed. */
export interface CaptureCommand {
  command: string[];
  /** What is captured, in words. */
  what: string;
}

/** What the user's engine is told of a container that lends its tools. */
export interface Lender {
  image: string;
  /** Which vethlab it belongs to (label vethlab.home). */
  home: string;
}

/**
 * How to capture at a node (all its interfaces) or a network (its bridge, or an end of its veth link) of a lab; at an
 * overlay on a certain host by `NETWORK@HOST`.
 * @throws WrongUse when there is no such, or where it would touch the user's own machine
 */
export function captureCommand(
  topology: Topology,
  name: string,
  wish: CaptureWish,
  lender: Lender,
): CaptureCommand {
  const node = topology.nodes.find((one) => one.name === name);
  if (node !== undefined) return atNode(topology, node, wish, lender);
  const host = topology.hosts.find((one) => one.name === name);
  if (host !== undefined) return onHost(host, "", "any", wish, `${name}, all interfaces`);
  const network = topology.networks.find((one) => one.name === name);
  if (network !== undefined) return atNetwork(topology, network, wish);
  const [overlay, hostName] = readOverlay(topology, name);
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

function atNode(topology: Topology, node: TopologyNode, wish: CaptureWish, lender: Lender): CaptureCommand {
  const host = hostOf(topology, node.host);
  refuseSsh(host);
  const what = `${node.name}, all interfaces`;
  const container = node.container ?? node.name;
  if (host.kind === "local") {
    if (node.kind !== "container") {
      throw new WrongUse(`"${node.name}" is this machine itself, whose network vethlab does not enter.`);
    }
    return beside(topology, container, "any", wish, what, lender);
  }
  switch (node.kind) {
    case "host":
      return onHost(host, "", "any", wish, what);
    case "namespace":
      return onHost(host, `enter=${commandLine([`/run/netns/${node.name}`])}`, "any", wish, what);
    case "container":
      return onHost(host, enterContainer(container), "any", wish, what);
  }
}

function atNetwork(topology: Topology, network: TopologyNetwork, wish: CaptureWish): CaptureCommand {
  const { name, driver } = network;
  const host = hostOf(topology, network.host);
  refuseSsh(host);
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
      const enter =
        end.node.kind === "namespace" ? `enter=${commandLine([`/run/netns/${end.node.name}`])}` : "";
      return onHost(host, enter, end.interface, wish, `${name}, at ${end.interface} in ${end.node.name}`);
    }
    case "bridge":
      return onHost(host, findBridge(name), undefined, wish, `${name}, at its bridge on ${host.name}`);
    case "overlay":
      return atOverlay(topology, network, undefined, wish);
    default:
      throw new WrongUse(
        `Networks of driver ${driver} have no interface of their own to capture at; capture at a node: ${members.join(", ")}`,
      );
  }
}

/** To capture there takes root's rights over the machine's own network. */
function refuseSsh({ name, kind }: TopologyHost): void {
  if (kind !== "ssh") return;
  throw new WrongUse(
    `"${name}" is a machine of yours, whose network vethlab does not enter: run tcpdump there by hand.`,
  );
}

/** `NETWORK@HOST`: an overlay as one of its hosts has it. */
function readOverlay(
  { networks }: Topology,
  name: string,
): [TopologyNetwork | undefined, string | undefined] {
  const [networkName, hostName] = name.split("@");
  return [networks.find((one) => one.name === networkName && one.driver === "overlay"), hostName];
}

/** In the namespace that a host keeps for an overlay, at the bridge there: with the host's own boxes and with the vxlan device. */
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
  const host = topology.hosts.find((one) => one.name === chosen && one.shell !== undefined);
  if (host === undefined) {
    const places = topology.hosts
      .filter(({ shell }) => shell !== undefined)
      .map((one) => `${name}@${one.name}`);
    throw new WrongUse(`The lab has no host "${chosen}": ${didYouMean(`${name}@${chosen}`, places)}`);
  }
  return onHost(
    host,
    findOverlay(name, host.name),
    "br0",
    wish,
    `${name}, at its bridge in its namespace on ${host.name}`,
  );
}

/** In a lab host; `find` sets $enter (the namespace's file) or $interface. */
function onHost(
  host: TopologyHost,
  find: string,
  interfaceName: string | undefined,
  wish: CaptureWish,
  what: string,
): CaptureCommand {
  if (host.shell === undefined) {
    throw new WrongUse(`"${host.name}" is this machine itself, whose network vethlab does not enter.`);
  }
  const script = captureScript(find, interfaceName, wish);
  return { command: [...host.shell, "sh", "-c", script], what };
}

/** Beside a container of the user's engine: in its network namespace, with tools of ours, whatever its image has. */
function beside(
  { stack, lab }: Topology,
  container: string,
  interfaceName: string,
  wish: CaptureWish,
  what: string,
  { image, home }: Lender,
): CaptureCommand {
  const labels = Object.entries(labelsOf({ stack, lab, home })).flatMap(([key, value]) => [
    "--label",
    `${key}=${value}`,
  ]);
  // tcpdump's `-Z root` sets user and group, though to what they are
  const rights = ["ALL", "NET_RAW", "SETUID", "SETGID"].flatMap((right) => [
    right === "ALL" ? "--cap-drop" : "--cap-add",
    right,
  ]);
  return {
    command: [
      ...["docker", "run", "--rm", "-i", "--network", `container:${container}`, ...labels, ...rights],
      ...["--entrypoint", "sh", image, "-c", captureScript("", interfaceName, wish)],
    ],
    what,
  };
}

/** Exit code of the script when there is nothing to capture at. */
export const NOT_THERE = 93;

/**
 * Runs tcpdump until it has its packets or standard input is closed. The latter happens too when vethlab is killed: so
 * nothing is left running. tcpdump ends in order, and says how many packets there were.
 */
function captureScript(find: string, interfaceName: string | undefined, wish: CaptureWish): string {
  const words = [
    ...["-n", "-Z", "root", "--immediate-mode"],
    ...(wish.pcap ? ["-U", "-w", "-"] : ["-l"]),
    ...(wish.count === undefined ? [] : ["-c", String(wish.count)]),
    ...(wish.filter === undefined ? [] : ["--", wish.filter]),
  ];
  const at = interfaceName === undefined ? '"$interface"' : commandLine([interfaceName]);
  return [
    `exec 3<&0`,
    `enter= interface=`,
    ...(find === "" ? [] : [find]),
    `set -- tcpdump -i ${at} ${commandLine(words)}`,
    `[ -z "$enter" ] || set -- nsenter --net="$enter" "$@"`,
    `"$@" & dump=$!`,
    // SIGTERM, since a job in the background ignores SIGINT
    `{ while read -r line; do :; done <&3; kill "$dump"; } 2>/dev/null & guard=$!`,
    `wait "$dump"; status=$?`,
    `kill "$guard" 2>/dev/null`,
    `exit "$status"`,
  ].join("\n");
}

function enterContainer(container: string): string {
  const inspect = commandLine([
    ...["docker", "inspect", "--type", "container", "--format", "{{.State.Pid}}", "--", container],
  ]);
  return [
    `pid=$(${inspect}) || exit ${NOT_THERE}`,
    `[ "$pid" -gt 0 ] || { echo ${commandLine([`${container} is not running`])} >&2; exit ${NOT_THERE}; }`,
    `enter=/proc/$pid/ns/net`,
  ].join("\n");
}

/** A network of the engine, or a bridge that was made by hand and is called as the network is. */
function findBridge(network: string): string {
  const format = '{{or (index .Options "com.docker.network.bridge.name") (printf "br-%s" (slice .Id 0 12))}}';
  const inspect = commandLine(["docker", "network", "inspect", "--format", format, "--", network]);
  const bridge = commandLine([network]);
  return [
    `interface=$(${inspect} 2>/dev/null) || interface=${bridge}`,
    `[ -e "/sys/class/net/$interface" ] || { echo "there is no bridge $interface" >&2; exit ${NOT_THERE}; }`,
  ].join("\n");
}

function findOverlay(network: string, host: string): string {
  const inspect = commandLine([
    "docker",
    "network",
    "inspect",
    "--format",
    "{{slice .Id 0 9}}",
    "--",
    network,
  ]);
  const nothing = commandLine([`no container of ${host} is on ${network}: it has no bridge there`]);
  return [
    `id=$(${inspect}) || exit ${NOT_THERE}`,
    `enter=$(${findOverlaySpace})`,
    `[ -n "$enter" ] || { echo ${nothing} >&2; exit ${NOT_THERE}; }`,
  ].join("\n");
}

function hostOf(topology: Topology, name: string): TopologyHost {
  const host = topology.hosts.find((one) => one.name === name);
  if (host === undefined) throw new Error(`the topology has no host ${name}`);
  return host;
}
