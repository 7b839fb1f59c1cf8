import { GATEWAY_BRIDGE, INGRESS } from "./engine-networks.ts";

/**
 * What a name is given to; each has its own rules. `alias`: a further name of a container, by which others know it; `host`:
 * a host's name, with or without its domain.
 */
export type NameKind =
  "container" | "alias" | "host" | "network" | "namespace" | "interface" | "service" | "volume";

interface Rule {
  shortest: number;
  longest: number;
  /** What it may have beside letters and digits, but for its first character. */
  marks: string;
  allowed: string;
  /** Names that have a meaning of their own, each with this meaning. */
  reserved: Readonly<Record<string, string>>;
  /** Whether resolvers are asked for it: then it must not read as an address, and case makes no difference. */
  inDns: boolean;
}

/** Names that resolvers and Docker answer by themselves (RFC 6761; `docker run --add-host`). */
const OF_RESOLVERS = {
  localhost: "every node means itself by it",
  "host-gateway": "Docker means the host's address by it",
};
const predefined = "is the name of a network that engines make by themselves";
const OF_ENGINES = Object.fromEntries(
  ["bridge", "host", "none", "default", GATEWAY_BRIDGE, INGRESS].map((name) => [name, predefined]),
);

function rule(whose: string, options: Partial<Omit<Rule, "allowed">> & { listed?: string } = {}): Rule {
  const { shortest = 1, longest = 63, marks = "_.-", listed = '"_", "." and "-"' } = options;
  const { reserved = {}, inDns = false } = options;
  const length = shortest === 1 ? `up to ${longest}` : `${shortest} to ${longest}`;
  const allowed = `${whose} name has ${length} letters, digits, ${listed}, and starts with a letter or digit`;
  return { shortest, longest, marks, allowed, reserved, inDns };
}

const rules: Record<NameKind, Rule> = {
  // A container's name is also a DNS label of at most 63 characters (RFC 1035); Docker wants two at least.
  container: rule("a container's", { shortest: 2, reserved: OF_RESOLVERS, inDns: true }),
  alias: rule("an alias'", { reserved: OF_RESOLVERS, inDns: true }),
  // The kernel keeps 64 bytes of a host's name and as many of its domain's (uname(2)); a label has 63 (RFC 1035).
  host: rule("a host's", { reserved: OF_RESOLVERS, inDns: true }),
  network: rule("a network's", { reserved: OF_ENGINES }),
  namespace: rule("a namespace's", { reserved: OF_RESOLVERS, inDns: true }),
  // IFNAMSIZ is 16 with the closing zero byte.
  interface: rule("an interface's", { longest: 15 }),
  volume: rule("a volume's", { shortest: 2 }),
  service: rule("a service's", { marks: "_-", listed: '"_" and "-"', reserved: OF_RESOLVERS, inDns: true }),
};

/** What resolvers read as an IPv4 address without asking anybody: one to four numbers, decimal, octal or hexadecimal. */
const ADDRESS_LIKE = /^(0x[0-9a-f]*|\d+)(\.(0x[0-9a-f]*|\d+)){0,3}\.?$/i;

/** Why a name is not legal for what it names, and a legal one near it; undefined when it is legal. */
export function illegalName(kind: NameKind, name: string): { allowed: string; fix: string } | undefined {
  const { shortest, longest, marks, allowed, reserved, inDns } = rules[kind];
  const written = new RegExp(`^[a-zA-Z0-9][a-zA-Z0-9${marks}]*$`).test(name);
  if (written && inDns && ADDRESS_LIKE.test(name)) {
    const fix = `begin it with a letter: box-${name.replaceAll(".", "-")}`;
    return { allowed: "resolvers read it as an address, and packets would leave the lab", fix };
  }
  const meaning = reserved[inDns ? name.toLowerCase() : name];
  if (meaning !== undefined) return { allowed: meaning, fix: `use another, for example my-${name}` };
  if (written && name.length >= shortest && name.length <= longest) return undefined;
  const legal = name
    .replace(new RegExp(`[^a-zA-Z0-9${marks}]+`, "g"), "-")
    .replace(/^[^a-zA-Z0-9]+/, "")
    .slice(0, longest);
  return { allowed, fix: legal.length < shortest ? "choose such a name" : `use ${legal}` };
}

/** Whether two names of a kind may be the same to resolvers and differ as they are written. */
export function isInDns(kind: NameKind): boolean {
  return rules[kind].inDns;
}

/** What two names must differ in to be told apart: DNS knows no case (RFC 4343). */
export function nameKey(kind: NameKind, name: string): string {
  return rules[kind].inDns ? name.toLowerCase() : name;
}

/** Longest path that a Unix socket can have (sockaddr_un: 108 bytes with the closing zero byte). */
export const LONGEST_SOCKET_PATH = 107;
