import { z } from "zod";
import { mesh, tasksReach } from "../../checks/claims.ts";
import {
  Box,
  BridgeNetwork,
  OverlayNetwork,
  OverlayService,
  Swarm,
  Topology,
  Verification,
  wideGround,
} from "../../components/index.ts";
import { settings } from "../../topology/config.ts";
import type { Machine } from "../../topology/machine.ts";

export const about = {
  name: "mixed-swarm",
  title: "Swarm nodes that also have a bridge network of their own",
  article: "moby/moby#50011: a new network overlaps one that the engine made by itself",
  needs: ["bridge", "veth", "vxlan", "iptables"],
  config: settings(["auto", "container", "vm"], {
    subnet: z.string().default("172.18.0.0/16").describe("of the bridge network"),
    overlay: z.string().default("10.11.0.0/24").describe("of the overlay"),
  }),
} as const;

export function build(config: z.infer<typeof about.config>, machine: Machine) {
  const { hosts } = wideGround(about, config, machine, 2);
  const [host1] = hosts;
  const swarm = new Swarm("swarm", { members: hosts.map((host) => ({ host })) });
  const wide = new OverlayNetwork("wide", { space: swarm, subnet: config.overlay });
  const service = new OverlayService("api", { swarm, networks: [wide], replicas: 2, endpointMode: "dnsrr" });
  const side = new BridgeNetwork("side", { host: host1, subnet: config.subnet }, { dependsOn: service });
  for (const name of ["s1", "s2"]) new Box(name, { networks: [{ network: side }] });
  const topology = new Topology("topology", {
    host: host1,
    claims: [tasksReach(service, service, wide), ...mesh(["s1", "s2"], { by: "name" })],
  });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}
