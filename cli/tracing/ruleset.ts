/** The tables of iptables in the order in which a packet meets them within a hook. */
export const TABLES = ["raw", "mangle", "nat", "filter", "security"] as const;

/** The kernel's hooks, as iptables names their chains. */
export const HOOKS = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"] as const;
export type Hook = (typeof HOOKS)[number];

/** Comment of the tracing rules. */
export const TRACE_COMMENT = "vethlab-trace";

/** A rule of iptables as the kernel holds it. */
export interface Rule {
  /** Number in `iptables -L --line-numbers`: from 1, within the chain. */
  number: number;
  /**
   * The kernel's number of the rule, which its trace uses. Iptables before 1.8.8 does not list it: then only rules that a
   * packet met have one.
   */
  handle?: number;
  /** Without table, chain and counters: `-i docker0 -j ACCEPT`. */
  text: string;
  packets: number;
}

/** A chain; one of the kernel's own has a policy. */
export interface Chain {
  policy?: string;
  policyPackets?: number;
  rules: Rule[];
}

/** The chains of iptables in a network namespace: table -> chain. */
export type Ruleset = ReadonlyMap<string, ReadonlyMap<string, Chain>>;

/**
 * The command that lists a table's rules for `readRuleset`. `-vv` adds to each rule the line `ip TABLE CHAIN HANDLE
 * [PREVIOUS]`, which no other listing of iptables has.
 */
export function rulesCommand(table: string): string[] {
  return ["sh", "-c", `iptables -w 2 -t "$0" -vv -S | grep -E '^(ip |-)'`, table];
}

/** The command that lists the existing chains, for `existingChains`. */
export const CHAINS_COMMAND = ["sh", "-c", "iptables-save | grep '^[*:]'"];

/** A rule in the kernel's trace. */
export interface MetRule {
  table: string;
  chain: string;
  handle: number;
  text: string;
}

/**
 * Reads for each table a line `*TABLE` and the output of `rulesCommand`. Tracing rules are left out, also of the numbers.
 *
 * @param met - the rules that a packet met, in order: they give the handles that iptables does not list
 */
export function readRuleset(text: string, met: readonly MetRule[]): Ruleset {
  const tables = new Map<string, Map<string, Chain>>();
  let table = "";
  let chains = new Map<string, Chain>();
  const handles = new Map<string, number[]>();
  const nextMet = metInOrder(met);
  for (const line of text.split("\n")) {
    const [first = "", second = "", third = "", fourth = ""] = line.split(" ");
    if (line.startsWith("*")) {
      table = line.slice(1);
      chains = new Map();
      handles.clear();
      tables.set(table, chains);
    } else if (first === "ip") {
      handles.set(third, [...(handles.get(third) ?? []), Number(fourth)]);
    } else if (first === "-P") {
      const packets = / -c (\d+) /.exec(line)?.[1];
      chains.set(second, { policy: third, policyPackets: Number(packets), rules: [] });
    } else if (first === "-N") {
      chains.set(second, { rules: [] });
    } else if (first === "-A") {
      const told = handles.get(second)?.shift();
      const chain = chains.get(second);
      if (chain === undefined || line.includes(TRACE_COMMENT)) continue;
      const [, packets = "0"] = / -c (\d+) \d+/.exec(line) ?? [];
      const written = line.slice(`-A ${second} `.length);
      const rule = written.replace(/(^| )-c \d+ \d+ ?/, "$1").trim();
      const handle = told ?? nextMet({ table, chain: second, text: rule });
      chain.rules.push({
        number: chain.rules.length + 1,
        ...(handle === undefined ? {} : { handle }),
        text: rule,
        packets: Number(packets),
      });
    }
  }
  return tables;
}

/** The handle of the next rule with a text. Of equal rules in a chain, a packet meets the first first. */
function metInOrder(met: readonly MetRule[]): (rule: Omit<MetRule, "handle">) => number | undefined {
  const left = new Map(met.map((one) => [`${one.table} ${one.handle}`, one]));
  return ({ table, chain, text }) => {
    for (const [key, one] of left) {
      if (one.table !== table || one.chain !== chain || one.text !== text) continue;
      left.delete(key);
      return one.handle;
    }
    return undefined;
  };
}

/** The rule with this handle. */
export function ruleOf(ruleset: Ruleset, { table, chain, handle }: Omit<MetRule, "text">): Rule | undefined {
  return ruleset
    .get(table)
    ?.get(chain)
    ?.rules.find((rule) => rule.handle === handle);
}

/** A chain that gets a tracing rule. */
export interface TracingPoint {
  table: string;
  chain: Hook;
}

/**
 * The chains where tracing begins: the first hook of a packet's way, in the first table with that hook, so that no rule is
 * missed. Existing chains only: a chain that iptables makes for the rule would stay.
 *
 * @param chains - the kernel's chains that exist, as `table chain`
 */
export function tracingPoints(chains: ReadonlySet<string>): TracingPoint[] {
  const first = (hook: Hook): TracingPoint[] =>
    TABLES.filter((table) => chains.has(`${table} ${hook}`))
      .slice(0, 1)
      .map((table) => ({ table, chain: hook }));
  const incoming = first("PREROUTING");
  const outgoing = first("OUTPUT");
  return [
    ...(incoming.length > 0 ? incoming : [...first("INPUT"), ...first("FORWARD")]),
    ...outgoing,
    ...(incoming.length > 0 && outgoing.length > 0 ? [] : first("POSTROUTING")),
  ];
}

/** The kernel's own chains in the output of `iptables-save`, as `table chain`. */
export function existingChains(saved: string): Set<string> {
  const chains = new Set<string>();
  let table = "";
  for (const line of saved.split("\n")) {
    if (line.startsWith("*")) table = line.slice(1);
    const [, chain, policy] = /^:(\S+) (\S+)/.exec(line) ?? [];
    if (chain !== undefined && policy !== "-") chains.add(`${table} ${chain}`);
  }
  return chains;
}
