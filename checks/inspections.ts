import type { Inspection } from "../topology/claims.ts";
import type { ServiceInspection } from "../topology/service-claims.ts";
import type { Topology } from "../topology/document.ts";
import type { Question } from "../reach/asking.ts";
import {
  compareBridgePorts,
  compareDefaultRoute,
  compareInterfaceCount,
  compareInterfaces,
  compareSameInterfaces,
  compareVethPair,
  type Verdict,
} from "./comparisons.ts";
import { LINKS, readLinks, readRoutes } from "./links.ts";
import {
  compareCreation,
  compareDistinct,
  compareIdentities,
  compareKeys,
  identityCommand,
  keysCommand,
  tryOverlayCommand,
} from "./overlays.ts";
import { compareMembers, compareNetwork, membersCommand, networksCommand } from "./networks.ts";
import { comparePortsApart, portsApartCommand } from "./ports-apart.ts";
import { comparePolicy, compareRule, rulesCommand } from "./rules.ts";
import { destinationOf } from "./targets.ts";

/** What to read for an inspection, and how to compare the outputs, in the order of the questions. */
export function inspectionOf(
  topology: Topology,
  inspect: Exclude<Inspection, { kind: "wire" } | ServiceInspection>,
): { questions: Question[]; compare: (outputs: readonly string[]) => Verdict } {
  switch (inspect.kind) {
    case "interfaces":
      return {
        questions: [{ at: inspect.node, command: LINKS }],
        compare: ([links = ""]) => compareInterfaces(readLinks(links), inspect.exactly),
      };
    case "interface count":
      return {
        questions: [{ at: inspect.node, command: LINKS }],
        compare: ([links = ""]) => compareInterfaceCount(readLinks(links), inspect.count),
      };
    case "same interfaces":
      return {
        questions: inspect.nodes.map((at) => ({ at, command: LINKS })),
        compare: ([a = "", b = ""]) => compareSameInterfaces(readLinks(a), readLinks(b)),
      };
    case "veth pair":
      return {
        questions: [inspect.node, inspect.peerNode].map((at) => ({ at, command: LINKS })),
        compare: ([links = "", peerLinks = ""]) =>
          compareVethPair(readLinks(links), inspect.interface, readLinks(peerLinks), inspect.bridge),
      };
    case "bridge ports":
      return {
        questions: [{ at: inspect.node, command: LINKS }],
        compare: ([links = ""]) => compareBridgePorts(readLinks(links), inspect.bridge, inspect.count),
      };
    case "ports apart":
      return {
        questions: [{ at: inspect.host, command: portsApartCommand(inspect.network) }],
        compare: ([said = ""]) => comparePortsApart(topology, inspect, said),
      };
    case "default route":
      return {
        questions: [{ at: inspect.node, command: ["ip", "-json", "route"] }],
        compare: ([routes = ""]) =>
          compareDefaultRoute(readRoutes(routes), destinationOf(topology, inspect.node, inspect.via)),
      };
    case "named namespace":
      return {
        // that `ip` can open it says more than that it is listed: a name may stand for a namespace that is gone
        questions: [
          { at: inspect.host, command: ["ip", "-n", inspect.name, ...LINKS.slice(1)] },
          { at: inspect.node, command: LINKS },
        ],
        compare: ([inside = "", links = ""]) => compareSameInterfaces(readLinks(inside), readLinks(links)),
      };
    case "rule":
      return {
        questions: [{ at: inspect.node, command: rulesCommand(inspect.table) }],
        compare: ([saved = ""]) => compareRule(saved, inspect),
      };
    case "chain policy":
      return {
        questions: [{ at: inspect.node, command: rulesCommand(inspect.table) }],
        compare: ([saved = ""]) => comparePolicy(saved, inspect),
      };
    case "network members":
      return {
        questions: [{ at: inspect.host, command: membersCommand(inspect.engineName) }],
        compare: ([members = ""]) => compareMembers(topology, inspect, members),
      };
    case "network":
      return {
        questions: [{ at: inspect.host, command: networksCommand() }],
        compare: ([names = ""]) => compareNetwork(names, inspect),
      };
    case "shared network":
      return {
        questions: inspect.hosts.map((at) => ({ at, command: identityCommand(inspect.network) })),
        compare: (identities) => compareIdentities(inspect, identities),
      };
    case "overlay creation":
      return {
        questions: [{ at: inspect.host, command: tryOverlayCommand() }],
        compare: ([said = ""]) => compareCreation(inspect, said),
      };
    case "key in store":
      return {
        questions: [
          { at: inspect.host, command: identityCommand(inspect.network) },
          { at: inspect.host, command: keysCommand(inspect) },
        ],
        compare: ([identity = "", keys = ""]) => compareKeys(inspect, identity, keys),
      };
    case "distinct addresses":
      return {
        questions: inspect.nodes.map((at) => ({ at, command: LINKS })),
        compare: (outputs) => compareDistinct(inspect, outputs.map(readLinks)),
      };
  }
}
