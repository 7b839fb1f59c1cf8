import { z } from "zod";
import { addressOf, http, mesh } from "../../checks/claims.ts";
import { Box, BridgeNetwork, labGround, Topology, Verification } from "../../components/index.ts";
import { settings } from "../../topology/config.ts";
import type { Machine } from "../../topology/machine.ts";

export const about = {
  name: "shop",
  title: "A front with a published port and a fixed address; edited while it stands",
  article: "rename a service, move its port, swap two addresses",
  needs: ["bridge", "veth", "iptables"],
  config: settings(["container"], {
    step: z
      .enum(["first", "renamed", "moved", "swapped", "renumbered", "swapnets"])
      .default("first")
      .describe("the edit"),
  }),
} as const;

export function build(config: z.infer<typeof about.config>, machine: Machine) {
  const { host1 } = labGround(about, config, machine);
  const { step } = config;
  const [first, second] =
    step === "swapnets"
      ? (["172.29.0.0/24", "172.28.0.0/24"] as const)
      : (["172.28.0.0/24", "172.29.0.0/24"] as const);
  const lan = new BridgeNetwork("lan", {
    host: host1,
    subnet: step === "renumbered" ? "172.30.0.0/24" : first,
  });
  const back = new BridgeNetwork("back", { host: host1, subnet: second });
  const front = step === "renamed" ? "storefront" : "front";
  const [a, b] = step === "swapped" ? ([11, 10] as const) : ([10, 11] as const);
  const port = { external: 8080, internal: 80 };
  new Box(front, {
    networks: [{ network: lan, ipv4Address: lan.nthAddress(a) }],
    ...(step === "moved" ? {} : { ports: [port] }),
    command: ["vethlab-web"],
  });
  new Box("second", {
    networks: [{ network: lan, ipv4Address: lan.nthAddress(b) }],
    ...(step === "moved" ? { ports: [port] } : {}),
    command: ["vethlab-web"],
  });
  new Box("db", { networks: [{ network: back }] });
  const topology = new Topology("topology", {
    host: host1,
    claims: [
      ...mesh([front, "second"], { by: "name" }),
      http("outside", addressOf("host1", "underlay"), {
        port: 8080,
        contains: `hello from ${step === "moved" ? "second" : front}\n`,
      }),
    ],
  });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}
