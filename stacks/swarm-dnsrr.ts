import { z } from "zod";
import { allAddresses, noVirtualAddress, peers, taskNames, tasksReach } from "../checks/claims.ts";
import {
  OverlayNetwork,
  OverlayService,
  Swarm,
  Topology,
  Verification,
  wideLabGround,
} from "../components/index.ts";
import { engineSetting, settings, wholeNumber } from "../topology/config.ts";
import { furtherImages } from "../topology/engines.ts";
import type { Machine } from "../topology/machine.ts";

export const about = {
  name: "swarm-dnsrr",
  title: "A service without a virtual address: its name stands for all its tasks",
  article:
    "docker service create --replicas 3 --endpoint-mode dnsrr --name my-dnsrr-nginx --network ngx_net nginx",
  needs: ["bridge", "veth", "vxlan", "iptables"],
  images: furtherImages,
  config: settings(["container", "ssh"], {
    engine: engineSetting,
    replicas: wholeNumber({ min: 1, max: 100 }, 3, "how many tasks the service has"),
    subnet: z.string().default("10.10.0.0/16").describe("IPv4 CIDR of ngx_net"),
  }),
} as const;

export function build(config: z.infer<typeof about.config>, machine: Machine) {
  const { hosts } = wideLabGround(about, config, machine, 3);
  const swarm = new Swarm("swarm", { nodes: hosts.map((host) => ({ host })) });
  const ngxNet = new OverlayNetwork("ngx_net", { space: swarm, subnet: config.subnet });
  const service = new OverlayService("my-dnsrr-nginx", {
    swarm,
    networks: [ngxNet],
    replicas: config.replicas,
    endpointMode: "dnsrr",
    command: ["vethlab-web"],
  });

  const topology = new Topology("topology", {
    host: swarm.creator,
    claims: [
      allAddresses(service, service, ngxNet),
      taskNames(service, service, ngxNet),
      noVirtualAddress(service),
      // One alone has nobody to ping.
      ...(config.replicas > 1 ? [tasksReach(service, service, ngxNet)] : []),
      // Then each host has a task, and with it the network.
      ...(config.replicas < hosts.length ? [] : [peers(ngxNet, swarm.creator, hosts)]),
    ],
  });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}
