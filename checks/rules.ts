import { normalRule } from "../topology/iptables.ts";
import type { Inspection } from "../topology/claims/index.ts";
import type { Verdict } from "./comparisons.ts";

type RuleInspection = Extract<Inspection, { kind: "rule" }>;
type PolicyInspection = Extract<Inspection, { kind: "chain policy" }>;

/** The command that tells all rules of a table. */
export function rulesCommand(table: string): string[] {
  return ["iptables-save", "-t", table];
}

/** A chain has a rule, or does not have it. A missing chain has no rules. */
export function compareRule(saved: string, { chain, rule, present }: RuleInspection): Verdict {
  const prefix = `-A ${chain} `;
  const rules = saved
    .split("\n")
    .filter((line) => line.startsWith(prefix))
    .map((line) => line.slice(prefix.length).trim());
  const found = rules.findIndex((line) => normalRule(line) === normalRule(rule));
  if (found >= 0) {
    return { holds: present, observed: `there, rule ${found + 1} of ${rules.length} in ${chain}` };
  }
  return { holds: !present, observed: `absent; ${chain} has ${rules.join("; ") || "no rules"}` };
}

/** The policy of a chain. */
export function comparePolicy(saved: string, { chain, policy }: PolicyInspection): Verdict {
  const line = saved.split("\n").find((each) => each.startsWith(`:${chain} `));
  const observed = line?.split(" ")[1] ?? `there is no chain ${chain}`;
  return { holds: observed === policy, observed };
}
