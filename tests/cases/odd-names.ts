import { z } from "zod";
import { mesh, resolves } from "../../checks/claims.ts";
import { Box, BridgeNetwork, labGround, Topology, Verification } from "../../components/index.ts";
import { settings } from "../../topology/config.ts";
import type { Machine } from "../../topology/machine.ts";

export const about = {
  name: "odd-names",
  title: "Names as people write them",
  article: "docker/compose#229, #941, moby/moby#37971",
  needs: ["bridge", "veth", "iptables"],
  config: settings(["container"], {
    kind: z.enum(["plain", "case", "longest", "reserved", "bridge"]).default("plain").describe("which names"),
  }),
} as const;

const names = {
  plain: ["db_1", "web.internal.lan", "Worker-A"],
  case: ["db", "DB"],
  longest: ["a".repeat(63), "bb"],
  reserved: ["localhost", "gateway"],
  bridge: ["xx", "yy"],
} as const;

export function build(config: z.infer<typeof about.config>, machine: Machine) {
  const { host1 } = labGround(about, config, machine);
  const lan = new BridgeNetwork(config.kind === "bridge" ? "host" : "lan", {
    host: host1,
    subnet: "172.22.0.0/24",
  });
  const all = names[config.kind];
  for (const name of all) new Box(name, { networks: [{ network: lan }] });
  const topology = new Topology("topology", {
    host: host1,
    claims: [
      ...mesh(all, { by: "name" }),
      ...all.map((name) => resolves(all[0], name, [{ by: "node-address", node: name }])),
    ],
  });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}
