import { type Claim, isDirect, type Probe } from "../topology/claims/index.ts";
import type { Topology } from "../topology/document.ts";
import { kindOf } from "./kinds/index.ts";
import type { At } from "./kinds/kind.ts";
import { probeKindOf } from "./probes/index.ts";
import { destinationOf } from "./targets.ts";
import { commandLine } from "../topology/shell.ts";

/** The command that shows a person the subject of a claim: `npx vethlab exec user-bridge box1 -- ping -c 1 172.18.0.3`. */
export function byHand(topology: Topology, claim: Claim): string {
  const commands: At[] =
    "probe" in claim
      ? [
          lastWordsOf(topology, claim.probe) ?? [
            claim.probe.from,
            ...probeKindOf(claim.probe).byHand(topology, claim.probe),
          ],
        ]
      : kindOf(claim.inspect).byHand(topology, claim.inspect);
  const local = topology.hosts.find(({ kind }) => kind === "local")?.name;
  return commands
    .map(([at, ...words]) =>
      // On the user's own engine a person types the plain command.
      commandLine(at === local ? words : ["npx", "vethlab", "exec", topology.stack, at, "--", ...words]),
    )
    .join("inspect" in claim && claim.inspect.kind === "wire" ? " & " : "; ");
}

/** A container that ended as soon as it was made has no address that could be asked: its log may tell why. */
function lastWordsOf(topology: Topology, probe: Probe): At | undefined {
  if (!isDirect(probe) || probe.to.by !== "node-address") return undefined;
  const { node } = probe.to;
  const { host, container } = topology.nodes.find(({ name }) => name === node) ?? {};
  return host === undefined || container === undefined || destinationOf(topology, probe.from, probe.to) !== ""
    ? undefined
    : [host, "docker", "logs", "--tail", "20", container];
}
