import { firstLine, type ProbeKind, unresolved } from "./probe-kind.ts";

/** A look-up of a name through getaddrinfo, as applications do it. */
export const dns: ProbeKind<"dns"> = {
  answers: ["address-of", "unknown name", "unresolved"],
  // getent does not say why it finds nothing; ping does.
  command: (_, { name }) => [
    ...["sh", "-c", 'getent ahostsv4 -- "$1" || ping -n -c 1 -W 1 -- "$1"'],
    ...["sh", name],
  ],
  observe({ stdout, stderr }) {
    const addresses = addressesIn(stdout);
    if (addresses.length > 0) return { outcome: "addresses", text: addresses.join(", "), addresses };
    return unresolved(stderr) ?? { outcome: "failed", text: firstLine(stderr) || "no address" };
  },
  byHand: (_, { name }) => addressesCommand(name),
};

/** The command that prints the addresses of a name. */
export function addressesCommand(name: string): string[] {
  return ["getent", "ahostsv4", name];
}

/** The addresses in the output of the command. */
export function addressesIn(stdout: string): string[] {
  return [...stdout.matchAll(/^(\S+)\s+STREAM/gm)].map(([, address = ""]) => address);
}
