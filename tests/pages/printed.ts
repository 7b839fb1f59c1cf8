/**
 * Compares what a page prints with what a command printed now. What differs from run to run of the same lab is made
 * equal first; a `...` on a line of its own stands for any lines.
 */

/** The first line on which the two part, as a text to read; undefined when the page is right. */
export function difference(
  page: readonly string[],
  now: readonly string[],
  underlays: readonly string[] = [],
): string | undefined {
  const wanted = normal(page, underlays);
  const seen = normal(now, underlays);
  const reached = furthest(wanted, seen);
  if (reached === undefined) return undefined;
  const [at, from] = reached;
  return [`the page has: ${wanted[at] ?? "(its end)"}`, `now there is: ${seen[from] ?? "(the end)"}`].join(
    "\n",
  );
}

/**
 * Whether what is printed is told to have failed: by `vethlab` (a claim, a problem), or in the words of the tools
 * that pages use. Its command must then end with another status than 0, and any other command with 0.
 */
export function tellsFailure(printed: readonly string[]): boolean {
  return printed.some((line) =>
    /^✖ |^│ ✘ |^(?:Error|error)(?: response from daemon)?: |^(?:ping|curl|sh|nc|ip|iptables|ip6tables): |^RTNETLINK answers: |, 100% packet loss|^;; .*(?:no servers|timed out)/.test(
      line,
    ),
  );
}

/** The subnets of underlays that outputs tell, as the part of an address that is the same in all of one: `192.168.110.` */
export function underlaysIn(text: string): string[] {
  const found = text.matchAll(/│ underlay +│ (\d+\.\d+\.)(\d+\.)\d+\/(\d+)/g);
  return [...found].map(([, net = "", third = "", length]) => (length === "24" ? net + third : net));
}

/** Lines without what differs from run to run; the lines of a table's row that was wrapped are one. */
function normal(lines: readonly string[], underlays: readonly string[]): string[] {
  const steadied = rows(lines.map((line) => line.trimEnd()))
    .filter((line) => !line.startsWith("❯ ")) // a step that has begun, where there is no terminal
    .map((line) => steady(line, underlays));
  return ordered(steadied)
    .filter((line, index, all) => line !== "" || all[index - 1] !== "")
    .join("\n")
    .trim()
    .split("\n");
}

/**
 * Sorts what comes in an order of its own each time: the members of a JSON object that are named by ids, and the steps of
 * a preview.
 */
function ordered(lines: readonly string[]): string[] {
  const out: string[] = [];
  let members: string[][] = [];
  const flush = (): void => {
    out.push(...members.sort((a, b) => (a.join() < b.join() ? -1 : 1)).flat());
    members = [];
  };
  let open: string[] | undefined;
  for (const line of lines) {
    if (open !== undefined) {
      open.push(line.replace(/^( *\}),$/, "$1"));
      if (/^ *\},?$/.test(line)) open = undefined;
    } else if (/^ *"(?:ep-)?ID": \{$/.test(line)) {
      open = [line];
      members.push(open);
    } else if (/^ *[~+±-] (?:create|update|replace|delete) /.test(line)) {
      members.push([line]);
    } else {
      flush();
      out.push(line);
    }
  }
  flush();
  return out;
}

/** Joins the lines of each row of a table. */
function rows(lines: readonly string[]): string[] {
  const out: (string | string[])[] = [];
  for (const line of lines) {
    if (!line.startsWith("│")) {
      out.push(line);
      continue;
    }
    const cells = line.split("│").slice(1, -1);
    const last = out.at(-1);
    if (Array.isArray(last) && cells[0]?.trim() === "") {
      for (const [index, cell] of cells.entries()) last[index] = `${last[index] ?? ""} ${cell}`.trimEnd();
    } else {
      out.push(cells);
    }
  }
  return out.map((line) => (Array.isArray(line) ? withoutMs(line) : line));
}

/** A row of a table of claims ends with the milliseconds that it took. */
function withoutMs(cells: readonly string[]): string {
  const ofClaim = /^ *[✔✘] *$/.test(cells[0] ?? "");
  return `│${cells.map((cell, index) => (ofClaim && index === cells.length - 1 ? " N " : cell)).join("│")}│`;
}

const number = String.raw`\d+(?:\.\d+)?`;

/** What differs from run to run, and what stands for it. */
const varying: readonly [RegExp, string][] = [
  [/^[┌├└][─┬┼┴]*[┐┤┘]$/, "┼"],
  // ids and what is named after them
  [/\b[0-9a-f]{64}\b/g, "ID"],
  [/\bbr-[0-9a-f]{12}\b/g, "br-ID"],
  [/\bveth[0-9a-f]{7}\b/g, "vethID"],
  [/\b8000\.[0-9a-f]{12}\b/g, "8000.ID"],
  [/-s \d+ -p [0-9a-f]{16}\b/g, "-s N -p ID"],
  [/\b[0-9a-f]{12}\b/g, "ID"],
  [/\b[0-9a-z]{25}\b/g, "ID"],
  [/^[0-9a-z]{12}(?= {2})/, "ID"],
  // MACs, unless they follow from an address on a box's network
  [
    /\b(?!02:42:(?:ac:1[0-9a-f]|0a:00):00:)(?!00:00:00:00:00:00|ff:ff:ff:ff:ff:ff)(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/g,
    "MAC",
  ],
  [/\bfe80::[0-9a-f:]+/g, "fe80::N"],
  // numbers of interfaces, namespaces and processes
  [/^\d+: /, "N: "],
  [/@if\d+\b/g, "@ifN"],
  [/\blink-netnsid \d+/g, "link-netnsid N"],
  [/\(id: \d+\)/g, "(id: N)"],
  // numbers of a Swarm's overlays: from 4096 on, as they come
  [/\b(vni|vxlan id) 4\d{3}\b/g, "$1 N"],
  [/,21 1 0 4\d{3},/g, ",21 1 0 N,"],
  // numbers of ESP's keys, and how much was sent under one
  [/\bspi([= ])0x[0-9a-f]+\b/g, "spi$1N"],
  [/\bseq=0x[0-9a-f]+\b/g, "seq=N"],
  // marks of services' ports and virtual addresses: from 0x100, which is 256, on, as they come
  [/\b0x1[0-9a-f]{2}\/0xffffffff/g, "MARK"],
  [/^FWM +\d+/, "FWM N"],
  [/^\s*\d+ root\b/, "N root"],
  // counters
  [/\(counter \d+ -> \d+\)/g, "(counter N -> N)"],
  [/\d+ packets, \d+[KMG]? bytes/g, "N packets, N bytes"],
  [/^\s*\d+[KMG]?\s+\d+[KMG]?\s+(?=\S+\s+(?:all|tcp|udp|icmp|[0-9]+)\s+--\s)/, "N N "],
  [/\bqlen \d+/g, "qlen N"],
  // times
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| \+0000 UTC)?/g, "DATE"],
  [/\b\d\d:\d\d:\d\d\.\d{6}\b/g, "TIME"],
  [/\b(?:About )?(?:an?|\d+) (?:second|minute|hour)s?(?: ago)?\b/g, "a while"],
  [new RegExp(`= ${number}(?:/${number})+ ms`, "g"), "= N ms"],
  [new RegExp(`\\b${number} ?ms\\b`, "g"), "N ms"],
  [new RegExp(`\\+${number} µs`, "g"), "+N µs"],
  [new RegExp(`\\(${number} s(?=[;)])`, "g"), "(N s"],
  // ports that a client is given, and what a packet carries
  [/((?:UNDERLAY|\b\d+\.\d+\.\d+)(?:\.\d+)+)[.:][1-6]\d{4}\b/g, "$1:PORT"],
  [/ -p \d{5} -- /g, " -p PORT -- "],
  // cut off, where it has more digits
  [/UNDERLAY\.(?:\d+"|\d*…)/g, 'UNDERLAY.N"'],
  [/\bspt:\d{5}\b/g, "spt:PORT"],
  [/, id \d+, seq \d+/g, ", id N, seq N"],
  [/ +/g, " "],
];

function steady(line: string, underlays: readonly string[]): string {
  const there = underlays.reduce((text, underlay) => text.replaceAll(underlay, "UNDERLAY."), line);
  return varying.reduce((text, [what, by]) => text.replace(what, by), there.replaceAll("\t", " ")).trimEnd();
}

/** How far the page is followed at the most: its line, and the line now. Undefined: to the end of both. */
function furthest(wanted: readonly string[], seen: readonly string[]): [number, number] | undefined {
  let best: [number, number] = [0, 0];
  const tried = new Set<string>();
  const follows = (at: number, from: number): boolean => {
    const key = `${at} ${from}`;
    if (tried.has(key)) return false;
    tried.add(key);
    if (at > best[0]) best = [at, from];
    if (at === wanted.length) return from === seen.length;
    if (wanted[at] === "...") return follows(at + 1, from) || (from < seen.length && follows(at, from + 1));
    return wanted[at] === seen[from] && follows(at + 1, from + 1);
  };
  return follows(0, 0) ? undefined : best;
}
