/** Claims about rules of iptables. */
import { z } from "zod";
import { nameOfNode, type NodeRef } from "../refs.ts";
import type { Inspecting } from "./inspecting.ts";
import { refuseUnknownOptions } from "./options.ts";

/** What is claimed. */
export const firewallSchemas = [
  z.strictObject({
    kind: z.literal("rule"),
    node: z.string().describe("the node"),
    table: z.string().describe("table of iptables: filter, nat, mangle or raw"),
    chain: z.string().describe("the chain: FORWARD, POSTROUTING"),
    rule: z.string().describe("in iptables' words: -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE"),
    present: z.boolean().describe("whether the chain must have it"),
  }),
  z.strictObject({
    kind: z.literal("chain policy"),
    node: z.string().describe("the node"),
    table: z.string().describe("table of iptables: filter, nat, mangle or raw"),
    chain: z.string().describe("the chain: FORWARD, POSTROUTING"),
    policy: z.enum(["ACCEPT", "DROP"]).describe("what becomes of packets that no rule decides on"),
  }),
] as const;

/** Where a rule stands. */
export interface RulePlace {
  table: "filter" | "nat" | "mangle" | "raw";
  chain: string;
  /** In iptables' words, as after the chain: `-s 172.17.0.0/16 ! -o docker0 -j MASQUERADE`. */
  rule: string;
}

/** iptables has this rule on a node. */
export function rule(node: NodeRef, place: RulePlace): Inspecting<(typeof firewallSchemas)[number]> {
  return ruleClaim("rule", node, place, true);
}

/** iptables does not have this rule on a node. */
export function noRule(node: NodeRef, place: RulePlace): Inspecting<(typeof firewallSchemas)[number]> {
  return ruleClaim("noRule", node, place, false);
}

/** What becomes of packets that no rule of a chain of the kernel's decides on. */
export function chainPolicy(
  node: NodeRef,
  options: { table: RulePlace["table"]; chain: string; policy: "ACCEPT" | "DROP" },
): Inspecting<(typeof firewallSchemas)[number]> {
  refuseUnknownOptions(["chainPolicy", node], options, { table: true, chain: true, policy: true });
  const { table, chain, policy } = options;
  return {
    summary: `the policy of ${chain} in ${table} on ${nameOfNode(node)} is ${policy}`,
    inspect: { kind: "chain policy", node: nameOfNode(node), table, chain, policy },
  };
}

function ruleClaim(
  maker: "rule" | "noRule",
  node: NodeRef,
  place: RulePlace,
  present: boolean,
): Inspecting<(typeof firewallSchemas)[number]> {
  refuseUnknownOptions([maker, node], place, { table: true, chain: true, rule: true });
  const { table, chain, rule } = place;
  return {
    summary: `${chain} in ${table} on ${nameOfNode(node)} ${present ? "has" : "has no"} ${rule}`,
    inspect: { kind: "rule", node: nameOfNode(node), table, chain, rule, present },
  };
}
