/** Workers that take what the engine hands out, declared before a proxy that asks for the first of these addresses. */
import { Config } from "@pulumi/pulumi";
import {
  Box,
  BridgeNetwork,
  ContainerHost,
  DefaultBridge,
  LocalHost,
  NetworkAttachment,
  Topology,
  Underlay,
  Verification,
} from "../../../components/index.ts";
import { mesh, pingAddress } from "../../../checks/claims.ts";

const host = new ContainerHost("host1", {
  underlay: new Underlay("underlay", { host: new LocalHost("local") }),
});
const lan = new BridgeNetwork("lan", { host, subnet: "172.28.5.0/24" });
const bridge = new DefaultBridge("bridge", { host });
const boxes = ["worker1", "worker2", "worker3"].map(
  (name) => new Box(name, { networks: [{ network: lan }] }),
);

/** How the proxy comes to its address on lan: not at all, as it is made, or plugged in later. */
const proxy = new Config().require("proxy");
const address = { network: lan, ipv4Address: "172.28.5.2" };
if (proxy === "made") boxes.push(new Box("proxy", { networks: [address] }));
if (proxy === "plugged") {
  const box = new Box("proxy", { networks: [{ network: bridge }] });
  new NetworkAttachment("plug", { box, ...address });
  boxes.push(box);
}
const topology = new Topology("topology", {
  host,
  claims: [
    ...mesh(boxes, { by: "name" }),
    ...(proxy === "none" ? [] : [pingAddress("worker1", "172.28.5.2")]),
  ],
});
new Verification("verification", { topology });

export const { addresses } = topology;
