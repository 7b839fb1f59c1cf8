/** Claims about rules of iptables, and about what a bridge keeps apart. */
import { comparePortsApart, portsApartCommand } from "../ports-apart.ts";
import { nodeProblems, nodesProblems } from "../references.ts";
import { comparePolicy, compareRule, rulesCommand } from "../rules.ts";
import { type At, type Kinds, reading } from "./kind.ts";

export const firewallKinds: Kinds<"rule" | "chain policy" | "ports apart"> = {
  rule: {
    problems: (topology, { node }, place) => nodeProblems(topology, node, place),
    check: (_, inspect) =>
      reading([inspect.node], rulesCommand(inspect.table), ([saved = ""]) => compareRule(saved, inspect)),
    expected: (_, { present, rule }) => `${present ? "there" : "absent"}: ${rule}`,
    byHand: (_, { node, table, chain }) => [[node, "iptables", "-t", table, "-S", chain]],
  },
  "chain policy": {
    problems: (topology, { node }, place) => nodeProblems(topology, node, place),
    check: (_, inspect) =>
      reading([inspect.node], rulesCommand(inspect.table), ([saved = ""]) => comparePolicy(saved, inspect)),
    expected: (_, { policy }) => policy,
    byHand: (_, { node, table, chain }) => [[node, "iptables", "-t", table, "-S", chain]],
  },
  "ports apart": {
    problems: (topology, { host, nodes }, place) => nodesProblems(topology, [host, ...nodes], place),
    check: (topology, inspect) =>
      reading([inspect.host], portsApartCommand(inspect.network), ([said = ""]) =>
        comparePortsApart(topology, inspect, said),
      ),
    expected: () => "no reply",
    byHand: (_, { host, network, nodes }) => [
      [host, "docker", "network", "inspect", network],
      ...nodes.map((node): At => [node, "ip", "address"]),
    ],
  },
};
