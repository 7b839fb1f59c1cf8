import { firstLine, type ProbeKind, unresolved } from "./probe-kind.ts";

/** Look-ups of many names through getaddrinfo, as applications do them. */
export const lookups: ProbeKind<"lookups"> = {
  answers: ["unknown name", "unresolved"],
  // getent does not say why it finds nothing; ping does, of the last name.
  command: (_, { names }) => [
    ...["sh", "-c", 'getent ahostsv4 -- "$@"; shift "$(($# - 1))"; ping -n -c 1 -W 1 -- "$1"'],
    ...["sh", ...names],
  ],
  observe({ stdout, stderr }) {
    const known = [...stdout.matchAll(/^(\S+)\s+STREAM ?(.*)$/gm)];
    if (known.length === 0)
      return unresolved(stderr) ?? { outcome: "failed", text: firstLine(stderr) || "an address" };
    const found = known.map(([, address = "", name = ""]) => `${name} is ${address}`.trimStart());
    return {
      outcome: "addresses",
      text: found.join(", "),
      addresses: known.map(([, address = ""]) => address),
    };
  },
  byHand: (_, { names }) => ["getent", "ahostsv4", ...names],
};
