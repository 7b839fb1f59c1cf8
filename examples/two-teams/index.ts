/**
 * A network layout proven before anyone relies on it: two teams on one engine. Each team's containers reach one
 * another by name; the teams do not reach one another, except through the gateway container that is on both networks.
 */
import {
  address,
  Box,
  BridgeNetwork,
  ContainerHost,
  LocalHost,
  mesh,
  noPing,
  pingByName,
  pingProbe,
  Topology,
  Underlay,
  Verification,
} from "vethlab";

const host = new ContainerHost("host1", {
  underlay: new Underlay("underlay", { host: new LocalHost("local") }),
});

const red = new BridgeNetwork("red", { host, subnet: "10.1.0.0/24" });
const blue = new BridgeNetwork("blue", { host, subnet: "10.2.0.0/24" });
const [onRed, onBlue] = [{ networks: [{ network: red }] }, { networks: [{ network: blue }] }];
const [red1, red2] = [new Box("red1", onRed), new Box("red2", onRed)];
const [blue1, blue2] = [new Box("blue1", onBlue), new Box("blue2", onBlue)];
const gateway = new Box("gateway", {
  networks: [
    { network: red, ipv4Address: "10.1.0.10" },
    { network: blue, ipv4Address: "10.2.0.10" },
  ],
});

const lab = new Topology("topology", {
  host,
  claims: [
    ...mesh([red1, red2], { by: "name" }),
    ...mesh([blue1, blue2], { by: "name" }),
    pingByName(red1, gateway),
    pingByName(blue1, gateway),
    noPing(red1, blue1, {
      controls: [pingProbe(red1, address(red.gateway)), pingProbe(blue1, address(blue.gateway))],
    }),
  ],
});
new Verification("verification", { topology: lab });

/** What `npx vethlab` reads of the lab, and where each node is reached. */
export const { document: topology, addresses } = lab;
