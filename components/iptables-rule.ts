import { createHash } from "node:crypto";
import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type IptablesTable, normalRule, ruleProblems } from "../topology/iptables.ts";
import { LabError, type Problem } from "../topology/problems.ts";
import { type ArgumentNames, recorded, refuseUnknown } from "./arguments.ts";
import type { Host } from "./host.ts";
import { FOUND } from "./iptables-found.ts";
import { forbidLocal } from "./namespace.ts";
import { ownedBy } from "./ownership.ts";

export interface IptablesRuleArgs {
  /** The lab host of the rule. Not the user's own machine: no lab touches its firewall. */
  host: Host;
  /** `iptables --table`. Default: filter. */
  table?: IptablesTable;
  /** The chain: one of the kernel's (POSTROUTING), or any existing one (DOCKER). */
  chain: string;
  /**
   * The rule as after the chain on iptables' command line: `-s 172.17.0.0/16 -j MASQUERADE`. The plan checks a plain text; a
   * text that is known only in the deployment is checked by iptables.
   */
  rule: pulumi.Input<string>;
  /** Its place in the chain: `append` (`-A`), `insert` (`-I`, before all others), or its number. Default: append. */
  position?: "append" | "insert" | number;
  /**
   * Whether the chain has the rule. Default: true. False takes out an existing rule, also one of Docker's. Before a
   * Verification say false rather than leave the rule out: Pulumi deletes last.
   */
  present?: boolean;
}

const ARGUMENTS: ArgumentNames<IptablesRuleArgs> = {
  host: true,
  table: true,
  chain: true,
  rule: true,
  position: true,
  present: true,
};

/**
 * A rule of the kernel's firewall on a lab host. An existing rule is left as it is, wherever it stands. Removing the
 * component brings back the former state: a rule of Docker's that it took out is there again.
 *
 * @example
 * new IptablesRule("masquerade", { host: host1, table: "nat", chain: "POSTROUTING", rule: "-s 172.17.0.0/16 -j MASQUERADE" });
 */
export class IptablesRule extends pulumi.ComponentResource {
  readonly resources: { rule: command.local.Command };

  constructor(name: string, args: IptablesRuleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vethlab:firewall:IptablesRule", name, recorded(args), opts);
    refuseUnknown(`rules.${name}`, args, ARGUMENTS);
    const { host, table = "filter", chain, rule, position = "append", present = true } = args;
    plan(name, host, { table, chain, rule, position });
    const checked =
      typeof rule === "string"
        ? rule
        : pulumi.output(rule).apply((text) => refuseLate(name, { table, chain, rule: text, position }));
    const node = host.exec(
      `${name}-rule`,
      {
        file: "iptables-rule",
        apply: present ? "put" : "take",
        undo: "restore",
        environment: {
          TABLE: table,
          CHAIN: chain,
          RULE: checked,
          POSITION: String(position),
          FOUND: pulumi.output(checked).apply((text) => `${FOUND}/rule-${fingerprint(table, chain, text)}`),
          ...ownedBy(host, `${name}-rule`),
        },
        triggers: [pulumi.jsonStringify([table, chain, rule, position])],
      },
      this,
      [],
    );
    this.resources = { rule: node };
    // The declared state is recorded, so that `vethlab up` finds changes by hand.
    this.registerOutputs({ host: host.hostName, table, chain, rule, present });
  }
}

/** The same for the same rule, however it is written. */
function fingerprint(table: string, chain: string, rule: string): string {
  const text = [table, chain, normalRule(rule)].join(" ");
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

function plan(
  name: string,
  host: Host,
  written: { table: string; chain: string; rule: pulumi.Input<string>; position: string | number },
): void {
  const { plan } = host.site;
  const place = `rules.${name}`;
  forbidLocal(host, place);
  const { table, chain, rule, position } = written;
  // The rest is checked even when the rule is not known yet.
  const known = typeof rule === "string" ? rule : "-j ACCEPT";
  for (const problem of problemsOf(place, { table, chain, rule: known, position })) plan.problem(problem);
  if (typeof rule !== "string") return;
  plan.only({
    scope: `rules of ${host.hostName}`,
    place: `${place}.rule`,
    value: `-t ${table} -A ${chain} ${normalRule(rule)}`,
    what: `rule of ${host.hostName}`,
    fix: "leave one of the two out",
  });
}

/** A rule that is known only in the deployment is checked there. */
function refuseLate(name: string, written: Parameters<typeof ruleProblems>[0]): string {
  const problems = problemsOf(`rules.${name}`, written);
  if (problems.length > 0) throw new LabError(problems);
  return written.rule;
}

function problemsOf(place: string, written: Parameters<typeof ruleProblems>[0]): Problem[] {
  return ruleProblems(written).map(({ part, ...problem }) => ({ place: `${place}.${part}`, ...problem }));
}
