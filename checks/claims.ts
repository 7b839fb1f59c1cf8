/** All that lab files claim with. */
export {
  bridgePorts,
  chainPolicy,
  defaultRoute,
  interfaceCount,
  interfaces,
  members,
  namedNamespace,
  network,
  type NetworkPlace,
  noNetwork,
  noRule,
  rule,
  type RulePlace,
  sameInterfaces,
  vethPair,
} from "./inspection-claims.ts";
export {
  type Controls,
  httpRefused,
  noAddressForName,
  noHttp,
  noPing,
  noPingAddress,
  noPingByName,
  noTcp,
  tcpRefused,
  unknownName,
} from "./negative-claims.ts";
export { http, mesh, ping, pingAddress, pingByName, resolves, seenAs, tcp } from "./positive-claims.ts";
export {
  address,
  addressOf,
  dnsProbe,
  hostName,
  type HttpPlace,
  httpProbe,
  nameOf,
  pingProbe,
  tcpProbe,
  type To,
} from "./probing.ts";
