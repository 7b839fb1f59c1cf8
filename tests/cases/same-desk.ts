import type { z } from "zod";
import { bridgePorts, mesh } from "../../checks/claims.ts";
import {
  labGround,
  LinuxBridge,
  Namespace,
  Topology,
  Verification,
  VethPair,
} from "../../components/index.ts";
import { settings } from "../../topology/config.ts";
import type { Machine } from "../../topology/machine.ts";

export const about = {
  name: "same-desk",
  title: "Two desks that were given the same address by mistake",
  article: "ipspace/netlab#1351, srl-labs/containerlab#812: a pasted address",
  needs: ["bridge", "veth"],
  config: settings(["container"], {}),
} as const;

export function build(config: z.infer<typeof about.config>, machine: Machine) {
  const { host1 } = labGround(about, config, machine);
  const sw = new LinuxBridge("sw", { host: host1 });
  for (const name of ["desk1", "desk2"]) {
    const namespace = new Namespace(name, { host: host1 });
    new VethPair(`cable-${name}`, {
      ends: [
        { namespace, interface: "eth0", address: "10.4.0.1/24" },
        { bridge: sw, interface: `sw-${name}` },
      ],
    });
  }
  const topology = new Topology("topology", {
    host: host1,
    claims: [bridgePorts("host1", "sw", 2), ...mesh(["desk1", "desk2"])],
  });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}
