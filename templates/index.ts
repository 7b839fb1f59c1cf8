import { address, mesh, noPing, pingProbe } from "vethlab";
import { Box, BridgeNetwork, ContainerHost, LocalHost, Topology, Underlay, Verification } from "vethlab";

// The lab stands in a container that has a network and a Docker engine of its own.
const local = new LocalHost("local");
const host = new ContainerHost("host1", { underlay: new Underlay("underlay", { host: local }) });

const front = new BridgeNetwork("front", { host, subnet: "10.1.0.0/24" });
const back = new BridgeNetwork("back", { host, subnet: "10.2.0.0/24" });

const web = new Box("web", { networks: [{ network: front }] });
const app = new Box("app", { networks: [{ network: front }, { network: back }] });
const db = new Box("db", { networks: [{ network: back }] });

const lab = new Topology("topology", {
  host,
  claims: [
    ...mesh([web, app], { by: "name" }),
    ...mesh([app, db], { by: "name" }),
    // The wall. A dead box is silent, too: the controls show that both ends are alive.
    noPing(web, db, {
      controls: [pingProbe(web, address(front.gateway)), pingProbe(db, address(back.gateway))],
    }),
  ],
});
new Verification("verification", { topology: lab });

export const topology = lab.document;
export const addresses = lab.addresses;
