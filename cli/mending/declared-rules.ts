import { comparePolicy, compareRule } from "../../checks/rules.ts";
import type { Inspection } from "../../topology/claims/index.ts";
import { ask } from "../../toolchain/programs.ts";
import { type StackState, urnName } from "./state.ts";

type Declared = Extract<Inspection, { kind: "rule" | "chain policy" }>;

/** A rule or a policy that a lab declares on one of its hosts, as its component has recorded it. */
export interface DeclaredRule {
  /** The resource that put it there. */
  urn: string;
  /** What the program calls it. */
  name: string;
  /** The words before a command that run it on the host. */
  shell: string[];
  declared: Declared;
}

/** A declared rule that does not stand as it was declared. */
export interface RuleAstray {
  urn: string;
  /** One line: what is declared, and what is there. */
  what: string;
}

const kinds: Record<string, Declared["kind"]> = {
  "vethlab:firewall:IptablesRule": "rule",
  "vethlab:firewall:IptablesPolicy": "chain policy",
};

/** The rules and policies that a stack has recorded. */
export function declaredRules({ resources }: StackState): DeclaredRule[] {
  const declared = resources.flatMap(({ urn, type, outputs }): DeclaredRule[] => {
    const kind = kinds[type];
    const command = resources.find(({ parent, custom }) => custom && parent === urn);
    const interpreter = command?.inputs["interpreter"];
    if (kind === undefined || command === undefined || !Array.isArray(interpreter)) return [];
    // Recorded by a version that did not keep what it declares.
    if (outputs["chain"] === undefined) return [];
    const words = interpreter.map(String);
    return [
      {
        urn: command.urn,
        name: urnName(urn),
        shell: words.slice(0, words.lastIndexOf("bash")),
        declared: { kind, node: String(outputs["host"]), ...outputs } as unknown as Declared,
      },
    ];
  });
  // They are recorded in the order in which they were made, which is random.
  return declared.sort((a, b) => a.name.localeCompare(b.name));
}

/** Those of declared rules that somebody has changed on their hosts: one question to each host, 0.1 s. */
export async function rulesAstray(rules: readonly DeclaredRule[]): Promise<RuleAstray[]> {
  const hosts = Map.groupBy(rules, ({ shell }) => shell.join(" "));
  const found = await Promise.all(
    [...hosts.values()].map(async (onHost) => {
      const [program = "", ...words] = onHost[0]?.shell ?? [];
      const { ok, stdout } = await ask(program, [...words, "iptables-save"]);
      // A host that does not answer is a fault of its own.
      return ok ? onHost.flatMap((rule) => astray(rule, stdout)) : [];
    }),
  );
  return found.flat();
}

/** Compares one rule with what `iptables-save` says of all tables. */
export function astray({ urn, name, declared }: DeclaredRule, saved: string): RuleAstray[] {
  const table = tableOf(saved, declared.table);
  const { holds, observed } =
    declared.kind === "rule" ? compareRule(table, declared) : comparePolicy(table, declared);
  if (holds) return [];
  const there = `${declared.table} ${declared.chain} of ${declared.node}`;
  return [
    {
      urn,
      what:
        declared.kind === "rule"
          ? `${name}: the rule "${declared.rule}" is ${declared.present ? "no longer" : "again"} in ${there}`
          : `${name}: the policy of ${there} is ${observed}, not ${declared.policy}`,
    },
  ];
}

function tableOf(saved: string, table: string): string {
  const [, after = ""] = `\n${saved}`.split(`\n*${table}\n`);
  return after.split("\nCOMMIT")[0] ?? "";
}
