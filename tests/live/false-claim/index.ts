/** A lab with a claim that cannot hold: what is on two bridges cannot meet. */
import {
  Box,
  BridgeNetwork,
  ContainerHost,
  DefaultBridge,
  LocalHost,
  Topology,
  Underlay,
  Verification,
} from "../../../components/index.ts";
import { ping, pingAddress } from "../../../checks/claims.ts";

const host = new ContainerHost("host1", {
  underlay: new Underlay("underlay", { host: new LocalHost("local") }),
});
const bridge = new DefaultBridge("bridge", { host });
const other = new BridgeNetwork("other", { host, subnet: "172.20.0.0/16" });
new Box("box1", { networks: [{ network: bridge }] });
new Box("box2", { networks: [{ network: other }] });
const topology = new Topology("topology", {
  host,
  claims: [ping("box1", "box2"), pingAddress("box1", bridge.gateway)],
});
new Verification("verification", { topology });

export const { addresses } = topology;
