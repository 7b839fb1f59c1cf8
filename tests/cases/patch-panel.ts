import type { z } from "zod";
import { interfaceCount, ping, pingByName, rule } from "../../checks/claims.ts";
import {
  Box,
  BridgeNetwork,
  IptablesRule,
  Namespace,
  NetworkAttachment,
  ownGround,
  Topology,
  Verification,
  VethPair,
} from "../../components/index.ts";
import { flag, settings } from "../../topology/config.ts";
import type { Machine } from "../../topology/machine.ts";

export const about = {
  name: "patch-panel",
  title: "A plug, a cable and a rule whose resource names are tidied up while the lab stands",
  article: "pulumi/pulumi#9894: rename a resource that stands for the same thing",
  needs: ["bridge", "veth", "iptables"],
  config: settings(["container"], {
    tidyPlug: flag(false, "the attachment gets another name"),
    tidyCable: flag(false, "the veth pair gets another name"),
    tidyRule: flag(false, "the rule gets another name"),
  }),
} as const;

export function build(config: z.infer<typeof about.config>, machine: Machine) {
  const { host1 } = ownGround(about, config, machine);
  const red = new BridgeNetwork("red", { host: host1, subnet: "172.20.0.0/24" });
  const blue = new BridgeNetwork("blue", { host: host1, subnet: "172.21.0.0/24" });
  const a = new Box("alpha", { networks: [{ network: red }] });
  new Box("beta", { networks: [{ network: blue }] });
  new NetworkAttachment(config.tidyPlug ? "plug-of-a" : "a-plug", { box: a, network: blue });
  const [left, right] = [new Namespace("left", { host: host1 }), new Namespace("right", { host: host1 })];
  new VethPair(config.tidyCable ? "left-to-right" : "cable", {
    ends: [
      { namespace: left, interface: "eth0", address: "10.9.0.1/24" },
      { namespace: right, interface: "eth0", address: "10.9.0.2/24" },
    ],
  });
  const forbid = { chain: "INPUT", rule: "-p tcp --dport 9999 -j DROP" } as const;
  new IptablesRule(config.tidyRule ? "no-9999" : "forbid", { host: host1, ...forbid });
  const topology = new Topology("topology", {
    host: host1,
    claims: [
      pingByName("alpha", "beta"),
      interfaceCount("alpha", 2),
      ping("left", "right"),
      rule("host1", { table: "filter", ...forbid }),
    ],
  });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}
