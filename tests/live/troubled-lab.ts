import { z } from "zod";
import { ping } from "../../checks/claims.ts";
import { Box, BridgeNetwork, labGround, Topology, Verification } from "../../components/index.ts";
import { settings } from "../../topology/config.ts";
import type { Machine } from "../../topology/machine.ts";

/** A lab file with a fault of choice, each of which only the engine finds. */
export const about = {
  name: "troubled",
  title: "What an engine refuses",
  article: "docker run with what cannot be",
  needs: ["bridge", "veth", "iptables"],
  config: settings(["container", "local"], {
    fault: z
      .enum(["none", "image", "ends", "port", "renamed", "engine"])
      .default("none")
      .describe("the fault"),
  }),
} as const;

const faults = {
  image: { image: "127.0.0.1:5/nowhere:1" },
  ends: { command: ["sh", "-c", "echo reading /etc/missing; echo no such file; exit 3"] },
  port: { ports: [{ external: 18099, internal: 80 }] },
};

export function build(config: z.infer<typeof about.config>, machine: Machine) {
  const { fault } = config;
  const { host1 } = labGround(about, config, machine);
  const lan = new BridgeNetwork(fault === "renamed" ? "lan2" : "lan", {
    host: host1,
    subnet: fault === "renamed" ? "10.80.1.0/24" : "10.80.0.0/24",
  });
  const before =
    fault === "engine"
      ? [host1.exec("stop", { file: "stop-engine", environment: {}, apply: "stop" }, lan, lan.ready)]
      : [];
  new Box("box1", { networks: [{ network: lan }] }, { dependsOn: before });
  const troubled = fault === "image" || fault === "ends" || fault === "port" ? faults[fault] : {};
  new Box("box2", { networks: [{ network: lan }], ...troubled }, { dependsOn: before });
  const topology = new Topology("topology", { host: host1, claims: [ping("box1", "box2")] });
  new Verification("verification", { topology, resultsFile: machine.resultsFile });
  return { topology: topology.document, addresses: topology.addresses };
}
