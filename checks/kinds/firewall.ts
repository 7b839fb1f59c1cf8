/** Claims about rules of iptables. */
import { nodeProblems } from "../references.ts";
import { comparePolicy, compareRule, rulesCommand } from "../rules.ts";
import { type Kinds, reading } from "./kind.ts";

export const firewallKinds: Kinds<"rule" | "chain policy"> = {
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
};
