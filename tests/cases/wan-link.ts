import type { z } from "zod";
import { mesh } from "../../checks/claims.ts";
import { labGround, Namespace, Topology, Verification, VethPair } from "../../components/index.ts";
import { settings } from "../../topology/config.ts";
import type { Machine } from "../../topology/machine.ts";

export const about = {
  name: "wan-link",
  title: "A point-to-point link numbered as RFC 3021 has it",
  article: "ipspace/netlab#2269: 192.168.1.0/31 between two routers",
  needs: ["bridge", "veth"],
  config: settings(["container"], {}),
} as const;

export function build(config: z.infer<typeof about.config>, machine: Machine) {
  const { host1 } = labGround(about, config, machine);
  const [r1, r2] = [new Namespace("r1", { host: host1 }), new Namespace("r2", { host: host1 })];
  new VethPair("wan", {
    ends: [
      { namespace: r1, interface: "wan0", address: "10.255.1.0/31" },
      { namespace: r2, interface: "wan0", address: "10.255.1.1/31" },
    ],
  });
  const topology = new Topology("topology", { host: host1, claims: [...mesh(["r1", "r2"])] });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}
