/** A service on a Swarm of one host, whose arguments are a setting. */
import { Config } from "@pulumi/pulumi";
import {
  ContainerHost,
  LocalHost,
  OverlayNetwork,
  OverlayService,
  type OverlayServiceArgs,
  Swarm,
  Topology,
  Underlay,
  Verification,
} from "../../../components/index.ts";
import { taskNames } from "../../../checks/claims.ts";

const host = new ContainerHost("host1", {
  underlay: new Underlay("underlay", { host: new LocalHost("local") }),
});
const swarm = new Swarm("swarm", { members: [{ host }] });
const net = new OverlayNetwork("net", { space: swarm, subnet: "10.10.0.0/24" });
const web = new OverlayService("web", {
  swarm,
  networks: [net],
  ...new Config().requireObject<Partial<OverlayServiceArgs>>("args"),
});
const topology = new Topology("topology", { host, claims: [taskNames(web, web, net)] });
new Verification("verification", { topology });
