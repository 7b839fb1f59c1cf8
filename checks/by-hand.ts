import type { Claim, Inspection, Probe } from "../topology/claims.ts";
import type { Topology } from "../topology/document.ts";
import { keysCommand } from "./overlays.ts";
import { urlOf } from "./probes.ts";
import { isOfServices, serviceByHand } from "./service-words.ts";
import { commandLine } from "../topology/shell.ts";
import { destinationOf } from "./targets.ts";

/** The command by which a person sees what a claim says: `npx vethlab exec user-bridge box1 -- ping -c 1 172.18.0.3`. */
export function byHand(topology: Topology, claim: Claim): string {
  const commands = "probe" in claim ? [probing(topology, claim.probe)] : inspecting(topology, claim.inspect);
  const local = topology.hosts.find(({ kind }) => kind === "local")?.name;
  return commands
    .map(([at, ...words]) =>
      // The user's own engine is asked as ever.
      commandLine(at === local ? words : ["npx", "vethlab", "exec", topology.stack, at, "--", ...words]),
    )
    .join("inspect" in claim && claim.inspect.kind === "wire" ? " & " : "; ");
}

type At = [at: string, ...words: string[]];

function probing(topology: Topology, probe: Probe): At {
  switch (probe.kind) {
    case "ping":
      return [probe.from, "ping", "-c", "1", destinationOf(topology, probe.from, probe.to)];
    case "tcp":
      return [probe.from, "nc", "-zv", destinationOf(topology, probe.from, probe.to), String(probe.port)];
    case "http":
      return [probe.from, "curl", "-i", urlOf(topology, probe)];
    case "dns":
      return [probe.from, "getent", "ahostsv4", probe.name];
  }
}

function inspecting(topology: Topology, inspect: Inspection): At[] {
  if (isOfServices(inspect)) return serviceByHand(topology, inspect);
  switch (inspect.kind) {
    case "interfaces":
    case "interface count":
      return [[inspect.node, "ip", "address"]];
    case "same interfaces":
      return inspect.nodes.map((node) => [node, "ip", "address"]);
    case "veth pair":
      return [
        [inspect.node, "ip", "link", "show", inspect.interface],
        [inspect.peerNode, "ip", "link"],
      ];
    case "bridge ports":
      return [[inspect.node, "ip", "link", "show", "master", inspect.bridge]];
    case "ports apart":
      return [
        [inspect.host, "docker", "network", "inspect", inspect.network],
        ...inspect.nodes.map((node): At => [node, "ip", "address"]),
      ];
    case "default route":
      return [[inspect.node, "ip", "route", "show", "default"]];
    case "named namespace":
      return [
        [inspect.host, "ip", "-n", inspect.name, "address"],
        [inspect.node, "ip", "address"],
      ];
    case "rule":
      return [[inspect.node, "iptables", "-t", inspect.table, "-S", inspect.chain]];
    case "chain policy":
      return [[inspect.node, "iptables", "-t", inspect.table, "-S", inspect.chain]];
    case "network members":
      return [[inspect.host, "docker", "network", "inspect", inspect.engineName]];
    case "network":
      return [[inspect.host, "docker", "network", "ls"]];
    case "shared network":
      return inspect.hosts.map((host) => [
        host,
        "docker",
        "network",
        "ls",
        "--filter",
        `name=${inspect.network}`,
      ]);
    case "overlay creation":
      return [[inspect.host, "docker", "network", "create", "--driver", "overlay", "try"]];
    case "key in store":
      return [[inspect.host, ...keysCommand(inspect)]];
    case "distinct addresses":
      return inspect.nodes.map((node) => [node, "ip", "address"]);
    case "wire": {
      const filter = [inspect.seen, ...(inspect.notSeen ? [inspect.notSeen] : [])].map((one) => one.filter);
      return [
        ...pings(topology, inspect.during),
        [
          inspect.host,
          "tcpdump",
          "-n",
          "-c",
          "20",
          "-i",
          inspect.interface,
          [...new Set(filter)].join(" or "),
        ],
      ];
    }
  }
}

function pings(topology: Topology, during: Extract<Inspection, { kind: "wire" }>["during"]): At[] {
  if (during.kind === "tasks reach") return serviceByHand(topology, during);
  return [[during.from, "ping", "-c", "20", destinationOf(topology, during.from, during.to)]];
}
