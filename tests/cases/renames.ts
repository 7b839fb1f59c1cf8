import { z } from "zod";
import { addressOf, http, mesh } from "../../checks/claims.ts";
import { Box, BridgeNetwork, ownGround, Topology, Verification } from "../../components/index.ts";
import { settings } from "../../topology/config.ts";
import type { Machine } from "../../topology/machine.ts";

export const about = {
  name: "renames",
  title: "Names are tidied up while the lab stands",
  article: "pulumi/pulumi-yaml#439",
  needs: ["bridge", "veth", "iptables"],
  config: settings(["container"], {
    net: z.string().default("lan").describe("name of the network"),
    web: z.string().default("web").describe("name of the box with the port"),
  }),
} as const;

export function build(config: z.infer<typeof about.config>, machine: Machine) {
  const { host1 } = ownGround(about, config, machine);
  const lan = new BridgeNetwork(config.net, { host: host1, subnet: "172.20.0.0/24" });
  new Box(config.web, {
    networks: [{ network: lan }],
    ports: [{ external: 8080, internal: 80 }],
    command: ["vethlab-web"],
  });
  new Box("peer", { networks: [{ network: lan }] });
  const topology = new Topology("topology", {
    host: host1,
    claims: [
      ...mesh([config.web, "peer"], { by: "name" }),
      http("outside", addressOf("host1", "underlay"), { port: 8080, contains: `hello from ${config.web}\n` }),
    ],
  });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}
