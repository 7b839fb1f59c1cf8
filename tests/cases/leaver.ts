import { z } from "zod";
import { members, mesh, ping } from "../../checks/claims.ts";
import {
  Box,
  BridgeNetwork,
  NetworkAttachment,
  ownGround,
  Topology,
  Verification,
} from "../../components/index.ts";
import { settings } from "../../topology/config.ts";
import type { Machine } from "../../topology/machine.ts";

export const about = {
  name: "leaver",
  title:
    "A box, or a plug, is taken out of the file while the lab stands; the claims say what is then to be seen",
  article: "edit the compose file, up again (docker compose --remove-orphans)",
  needs: ["bridge", "veth", "iptables"],
  config: settings(["container"], {
    what: z.enum(["all", "noBox", "noPlug", "typo"]).default("all").describe("what is left"),
  }),
} as const;

export function build(config: z.infer<typeof about.config>, machine: Machine) {
  const { host1 } = ownGround(about, config, machine);
  const lan = new BridgeNetwork("lan", { host: host1, subnet: "172.20.0.0/24" });
  const other = new BridgeNetwork("other", { host: host1, subnet: "172.21.0.0/24" });
  const names = config.what === "noBox" ? ["ann", "bob"] : ["ann", "bob", "cyd"];
  const [ann] = names.map((name) => new Box(name, { networks: [{ network: lan }] }));
  const plug = config.what !== "noPlug";
  if (plug && ann !== undefined)
    new NetworkAttachment("ann-on-other", { box: ann, network: other, ipv4Address: "172.21.0.9" });
  const topology = new Topology("topology", {
    host: host1,
    claims: [
      ...mesh(names, { by: "name" }),
      members(lan, names),
      members(other, plug ? ["ann"] : []),
      ...(config.what === "typo" ? [ping("ann", "bbo")] : []),
    ],
  });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}
