import type { z } from "zod";
import { address, noPing, pingProbe } from "../../checks/claims.ts";
import { Box, BridgeNetwork, ownGround, Topology, Verification } from "../../components/index.ts";
import { settings } from "../../topology/config.ts";
import type { Machine } from "../../topology/machine.ts";

export const about = {
  name: "stale-wall",
  title: "A wall whose far side has moved to another address",
  article: "moby/moby#2801 with a wall",
  needs: ["bridge", "veth", "iptables"],
  config: settings(["container"], {}),
} as const;

export function build(config: z.infer<typeof about.config>, machine: Machine) {
  const { host1 } = ownGround(about, config, machine);
  const red = new BridgeNetwork("red", { host: host1, subnet: "172.20.0.0/24" });
  const blue = new BridgeNetwork("blue", { host: host1, subnet: "172.21.0.0/24" });
  new Box("aa", { networks: [{ network: red }] });
  new Box("cc", { networks: [{ network: blue }] });
  const controls = [pingProbe("aa", address(red.gateway)), pingProbe("cc", address(blue.gateway))] as const;
  const topology = new Topology("topology", { host: host1, claims: [noPing("aa", "cc", { controls })] });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}
