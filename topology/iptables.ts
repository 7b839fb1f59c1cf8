import { didYouMean } from "./suggest.ts";

/** The tables of iptables, and the chains that the kernel has in each; only these have a policy. */
export const builtInChains = {
  filter: ["INPUT", "FORWARD", "OUTPUT"],
  nat: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
  mangle: ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
  raw: ["PREROUTING", "OUTPUT"],
} as const;

/** A table of iptables (`iptables --table`). */
export type IptablesTable = keyof typeof builtInChains;

/** What is wrong with a part of a rule as it was written. */
export interface RuleProblem {
  part: "table" | "chain" | "rule" | "position";
  value: string;
  allowed: string;
  fix: string;
}

/** Longest name of a chain that iptables takes. */
const LONGEST_CHAIN = 28;

/** What is wrong with a rule, as far as it can be seen without asking iptables. */
export function ruleProblems(written: {
  table: string;
  chain: string;
  rule: string;
  position: string | number;
}): RuleProblem[] {
  const { table, chain, rule, position } = written;
  const problems = tableProblems(table);
  if (!/^[^\s!-]\S*$/.test(chain) || chain.length > LONGEST_CHAIN) {
    problems.push({
      part: "chain",
      value: chain,
      allowed: `a chain has one word of up to ${LONGEST_CHAIN} characters`,
      fix: "for example POSTROUTING",
    });
  }
  const options = wordsOf(rule);
  const stray = options.find((word) =>
    /^(-[ADICRLSFZNXPEt]|--(append|delete|insert|table|policy))$/.test(word),
  );
  if (stray !== undefined) {
    const allowed = `${stray} says what is to be done or where: that is told by the arguments`;
    problems.push({
      part: "rule",
      value: rule,
      allowed,
      fix: "write what follows the chain: -s 172.17.0.0/16 -j MASQUERADE",
    });
  } else if (!options.some((word) => /^(-j|-g|--jump|--goto)$/.test(word)) || /[;|&<>$`\n\\]/.test(rule)) {
    problems.push({
      part: "rule",
      value: rule,
      allowed: "a rule is written as after the chain on iptables' command line, with -j",
      fix: "for example -s 172.17.0.0/16 -j MASQUERADE",
    });
  }
  if (
    position !== "append" &&
    position !== "insert" &&
    !(Number.isInteger(position) && Number(position) >= 1)
  ) {
    problems.push({
      part: "position",
      value: String(position),
      allowed: "must be append, insert, or a number from 1",
      fix: "leave it out to append",
    });
  }
  return problems;
}

/** What is wrong with a chain that is to get a policy. */
export function policyProblems(table: string, chain: string): RuleProblem[] {
  const problems = tableProblems(table);
  if (problems.length > 0) return problems;
  const chains: readonly string[] = builtInChains[table as IptablesTable];
  if (chains.includes(chain)) return [];
  return [
    {
      part: "chain",
      value: chain,
      allowed: `only the kernel's own chains have a policy; in ${table}: ${chains.join(", ")}`,
      fix: didYouMean(chain, chains),
    },
  ];
}

/**
 * A rule in one form, so that two ways of writing it compare equal: iptables-save adds the match that `-p` implies, and
 * the prefix of a single address.
 */
export function normalRule(rule: string): string {
  const words = wordsOf(rule);
  const kept: string[] = [];
  for (const [index, word] of words.entries()) {
    const implied = kept.at(-1) === "-m" && /^(?:tcp|udp|icmp)$/.test(word);
    if (implied && kept.length > 1 && index < words.length - 1) kept.pop();
    else kept.push(word);
  }
  return kept.join(" ").replace(/(^| )(-[sd] \d+\.\d+\.\d+\.\d+)(?=$| )/g, "$1$2/32");
}

function tableProblems(table: string): RuleProblem[] {
  const tables = Object.keys(builtInChains);
  if (tables.includes(table)) return [];
  return [
    { part: "table", value: table, allowed: `must be ${tables.join(", ")}`, fix: didYouMean(table, tables) },
  ];
}

function wordsOf(rule: string): string[] {
  return rule.split(/\s+/).filter(Boolean);
}
