/** What a name is given to; each has its own rules. */
export type NameKind = "container" | "network" | "namespace" | "interface" | "service";

interface Rule {
  longest: number;
  /** What it may have beside letters and digits, but for its first character. */
  marks: string;
  allowed: string;
}

const rule = (whose: string, longest: number, marks = "_.-", listed = '"_", "." and "-"'): Rule => ({
  longest,
  marks,
  allowed: `${whose} name has up to ${longest} letters, digits, ${listed}, and starts with a letter or digit`,
});

const rules: Record<NameKind, Rule> = {
  // A container's name is also a DNS label of at most 63 characters (RFC 1035).
  container: rule("a container's", 63),
  network: rule("a network's", 63),
  namespace: rule("a namespace's", 63),
  // IFNAMSIZ is 16 with the closing zero byte.
  interface: rule("an interface's", 15),
  service: rule("a service's", 63, "_-", '"_" and "-"'),
};

/** Why a name is not legal for what it names, and a legal one near it; undefined when it is legal. */
export function illegalName(kind: NameKind, name: string): { allowed: string; fix: string } | undefined {
  const { longest, marks, allowed } = rules[kind];
  if (new RegExp(`^[a-zA-Z0-9][a-zA-Z0-9${marks}]*$`).test(name) && name.length <= longest) return undefined;
  const legal = name
    .replace(new RegExp(`[^a-zA-Z0-9${marks}]+`, "g"), "-")
    .replace(/^[^a-zA-Z0-9]+/, "")
    .slice(0, longest);
  return { allowed, fix: legal === "" ? "choose such a name" : `use ${legal}` };
}

/** Longest path that a Unix socket can have (sockaddr_un: 108 bytes with the closing zero byte). */
export const LONGEST_SOCKET_PATH = 107;
