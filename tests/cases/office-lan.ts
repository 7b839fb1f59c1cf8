import type { z } from "zod";
import { mesh, pingAddress } from "../../checks/claims.ts";
import { Box, BridgeNetwork, labGround, Topology, Verification } from "../../components/index.ts";
import { settings } from "../../topology/config.ts";
import type { Machine } from "../../topology/machine.ts";

export const about = {
  name: "office-lan",
  title: "A proxy with a fixed address, workers that take what the engine gives",
  article: "one service with ipv4_address, the others without",
  needs: ["bridge", "veth", "iptables"],
  config: settings(["container"], {}),
} as const;

export function build(config: z.infer<typeof about.config>, machine: Machine) {
  const { host1 } = labGround(about, config, machine);
  const lan = new BridgeNetwork("lan", { host: host1, subnet: "172.28.5.0/24" });
  for (const name of ["worker1", "worker2", "worker3"]) new Box(name, { networks: [{ network: lan }] });
  new Box("proxy", { networks: [{ network: lan, ipv4Address: "172.28.5.2" }] });
  const topology = new Topology("topology", {
    host: host1,
    claims: [
      pingAddress("worker1", "172.28.5.2"),
      ...mesh(["proxy", "worker1", "worker2", "worker3"], { by: "name" }),
    ],
  });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}
