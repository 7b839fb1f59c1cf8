import type { Claim, Probe } from "../topology/claims/index.ts";
import type { Topology } from "../topology/document.ts";
import { kindOf } from "./kinds/index.ts";
import type { At } from "./kinds/kind.ts";
import { urlOf } from "./probes.ts";
import { commandLine } from "../topology/shell.ts";
import { destinationOf } from "./targets.ts";

/** The command by which a person sees what a claim says: `npx vethlab exec user-bridge box1 -- ping -c 1 172.18.0.3`. */
export function byHand(topology: Topology, claim: Claim): string {
  const commands =
    "probe" in claim
      ? [probing(topology, claim.probe)]
      : kindOf(claim.inspect).byHand(topology, claim.inspect);
  const local = topology.hosts.find(({ kind }) => kind === "local")?.name;
  return commands
    .map(([at, ...words]) =>
      // The user's own engine is asked as ever.
      commandLine(at === local ? words : ["npx", "vethlab", "exec", topology.stack, at, "--", ...words]),
    )
    .join("inspect" in claim && claim.inspect.kind === "wire" ? " & " : "; ");
}

function probing(topology: Topology, probe: Probe): At {
  switch (probe.kind) {
    case "ping":
      return [probe.from, "ping", "-c", "1", destinationOf(topology, probe.from, probe.to)];
    case "tcp":
      return [probe.from, "nc", "-zv", destinationOf(topology, probe.from, probe.to), String(probe.port)];
    case "http":
      return [probe.from, "curl", "-i", urlOf(topology, probe)];
    case "dns":
      return [probe.from, "getent", "ahostsv4", probe.name];
  }
}
