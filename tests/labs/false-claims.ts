import * as claims from "../../checks/claims.ts";
import type { Claim } from "../../topology/claims/index.ts";
import type { ShortLife } from "./lives.ts";

/** A claim that is false of a lab as it stands, and what is observed in its place. */
interface FalseClaim {
  of: ShortLife;
  claim: Claim;
  observed: RegExp;
}

/** The names of what makes claims. */
type Claiming = {
  [Name in keyof typeof claims]: (typeof claims)[Name] extends (...args: never) => Claim | readonly Claim[]
    ? Name
    : never;
}[keyof typeof claims];

const alive = (...nodes: [string, ...string[]]) => {
  const [first, ...others] = nodes.map((node) => claims.pingProbe(node, claims.address("127.0.0.1")));
  if (first === undefined) throw new Error("no node");
  return { controls: [first, ...others] } as const;
};
const boxes = alive("box1", "box2");

// user-bridge
const bridge = (name: string) => ({ networkName: name, engineName: name, host: { hostName: "host1" } });
// port-publish
const published = claims.addressOf("host1", "underlay");
const clients = alive("outside", "host1");
const place = { table: "nat", chain: "DOCKER" } as const;
const dnat = (port: number, to: string) =>
  ({ ...place, rule: `! -i docker0 -p tcp --dport ${port} -j DNAT --to-destination ${to}:80` }) as const;
// overlay-consul
const overlay = (name: string, scope: "global" | "swarm" = "global") => {
  const space = { hosts: [{ hostName: "host1" }, { hostName: "host2" }], scope } as const;
  return { networkName: name, subnet: "172.18.0.0/16", space };
};
const consul = { store: "consul", url: "http://192.168.32.10:8500" } as const;

/** For each constructor of claims a lab of which such a claim is false. The compiler requires one for each. */
export const falseClaims: Record<Claiming, readonly [FalseClaim, ...FalseClaim[]]> = {
  ping: [{ of: "user-bridge", claim: claims.ping("box1", "box3"), observed: /^no reply$/ }],
  pingByName: [{ of: "user-bridge", claim: claims.pingByName("box1", "box3"), observed: /name/ }],
  pingAddress: [
    {
      of: "user-bridge",
      claim: claims.pingAddress("box1", "172.18.0.99"),
      observed: /^no reply$|, says its own kernel$/,
    },
  ],
  pingHost: [{ of: "user-bridge", claim: claims.pingHost("box1", "nowhere.example"), observed: /name/ }],
  mesh: claims
    .mesh(["box2", "box3"])
    .map((claim) => ({ of: "user-bridge", claim, observed: /^no reply$/ })) as [FalseClaim, FalseClaim],
  resolves: [
    { of: "user-bridge", claim: claims.resolves("box1", "box2", ["box1"]), observed: /^172\.18\.0\.3$/ },
  ],
  http: [
    {
      of: "port-publish",
      claim: claims.http("outside", published, { port: 8080, contains: "hello from web2\n" }),
      observed: /hello from web$/,
    },
    {
      of: "port-publish",
      claim: claims.http("outside", published, { port: 8080, by: "web2" }),
      observed: /^web has answered, not web2$/,
    },
  ],
  seenAs: [
    {
      of: "port-publish",
      claim: claims.seenAs("outside", published, "172.17.0.1", { port: 8080 }),
      observed: /hello from web$/,
    },
  ],
  tcp: [{ of: "port-publish", claim: claims.tcp("outside", published, 8081), observed: /refused/ }],

  noPings: [
    {
      of: "user-bridge",
      claim: claims.noPings("box1", ["box2", "box3"], alive("box1", "box2", "box3")),
      observed: /^reply from 172\.18\.0\.3$/,
    },
  ],
  noPing: [{ of: "user-bridge", claim: claims.noPing("box1", "box2", boxes), observed: /^reply from/ }],
  noPingAddress: [
    {
      of: "user-bridge",
      claim: claims.noPingAddress("box1", "203.0.113.10", boxes),
      observed: /^reply from/,
    },
  ],
  noPingHost: [
    { of: "user-bridge", claim: claims.noPingHost("box1", "203.0.113.10", boxes), observed: /^reply from/ },
    {
      of: "user-bridge",
      claim: claims.noPingHost("box1", "outside.example", boxes),
      observed: /^reply from/,
    },
  ],
  noPingByName: [
    { of: "user-bridge", claim: claims.noPingByName("box1", "box2", boxes), observed: /^reply from/ },
  ],
  noAddressForName: [
    { of: "user-bridge", claim: claims.noAddressForName("box1", "box2", boxes), observed: /^reply from/ },
  ],
  noWay: [{ of: "user-bridge", claim: claims.noWay("box1", "box2", boxes), observed: /^reply from/ }],
  unknownNames: [
    {
      of: "user-bridge",
      claim: claims.unknownNames("box1", ["box3", "box2"], boxes),
      observed: /^(box2 )?is 172\.18\.0\.3$/,
    },
  ],
  unknownName: [
    { of: "user-bridge", claim: claims.unknownName("box1", "box2", boxes), observed: /^172\.18\.0\.3$/ },
  ],
  noHttp: [
    {
      of: "port-publish",
      claim: claims.noHttp("outside", published, { port: 8080, ...clients }),
      observed: /hello from web$/,
    },
  ],
  httpRefused: [
    {
      of: "port-publish",
      claim: claims.httpRefused("outside", published, { port: 8080, ...clients }),
      observed: /hello from web$/,
    },
  ],
  noTcp: [
    { of: "port-publish", claim: claims.noTcp("outside", published, 8080, clients), observed: /^connected$/ },
  ],
  tcpRefused: [
    {
      of: "port-publish",
      claim: claims.tcpRefused("outside", published, 8080, clients),
      observed: /^connected$/,
    },
  ],

  interfaces: [{ of: "user-bridge", claim: claims.interfaces("box1", ["lo"]), observed: /^lo, eth0$/ }],
  interfaceCount: [
    { of: "user-bridge", claim: claims.interfaceCount("box1", 2), observed: /^eth0 \S+ \S+$/ },
  ],
  sameInterfaces: [
    { of: "user-bridge", claim: claims.sameInterfaces("box1", "box2"), observed: /; the other: eth0/ },
  ],
  vethPair: [
    {
      of: "default-bridge",
      claim: claims.vethPair("box1", "eth0", { peerNode: "box2" }),
      observed: /another namespace/,
    },
    {
      of: "default-bridge",
      claim: claims.vethPair("box1", "eth0", { peerNode: "host1", bridge: "br0" }),
      observed: /, a port of docker0$/,
    },
  ],
  bridgePorts: [
    { of: "default-bridge", claim: claims.bridgePorts("host1", "docker0", 3), observed: /^2: veth/ },
  ],
  portsApart: [
    {
      of: "user-bridge",
      claim: claims.portsApart("host1", "my-bridge", ["box1", "box2"]),
      observed: /^box1 reaches box2 at 172\.18\.0\.3, box2 reaches box1 at 172\.18\.0\.2$/,
    },
    {
      of: "overlay-consul",
      claim: claims.portsApart("host1", "docker_gwbridge", ["box1", "box2"]),
      observed: /^box2 is not on it, /,
    },
  ],
  defaultRoute: [
    {
      of: "default-bridge",
      claim: claims.defaultRoute("box1", claims.address("172.17.0.3")),
      observed: /^via 172\.17\.0\.1$/,
    },
  ],
  mtu: [
    { of: "user-bridge", claim: claims.mtu("box1", "box2", 1400), observed: /^1401 bytes pass too$/ },
    { of: "user-bridge", claim: claims.mtu("box1", "box2", 1501), observed: /^of 1501 bytes, / },
    { of: "overlay-consul", claim: claims.mtu("box1", "box2", 1500), observed: /^of 1500 bytes, / },
  ],
  namedNamespace: [
    {
      of: "default-bridge",
      claim: claims.namedNamespace("host1", "box1", "box2"),
      observed: /; the other: eth0/,
    },
  ],

  rule: [
    {
      of: "port-publish",
      claim: claims.rule("host1", dnat(8081, "172.17.0.3")),
      observed: /^absent; DOCKER has /,
    },
  ],
  noRule: [
    {
      of: "port-publish",
      claim: claims.noRule("host1", dnat(8080, "172.17.0.2")),
      observed: /^there, rule \d of \d in DOCKER$/,
    },
  ],
  chainPolicy: [
    {
      of: "port-publish",
      claim: claims.chainPolicy("host1", { table: "filter", chain: "FORWARD", policy: "DROP" }),
      observed: /^ACCEPT$/,
    },
  ],

  members: [
    { of: "user-bridge", claim: claims.members(bridge("my-bridge"), ["box1"]), observed: /^box1, box2$/ },
  ],
  network: [{ of: "user-bridge", claim: claims.network(bridge("other")), observed: /^absent$/ }],
  noNetwork: [{ of: "user-bridge", claim: claims.noNetwork(bridge("my-bridge")), observed: /^there$/ }],

  sharedNetwork: [
    {
      of: "overlay-consul",
      claim: claims.sharedNetwork(overlay("docker_gwbridge")),
      observed: /^host1: \w+ bridge local, host2: /,
    },
    {
      of: "overlay-consul",
      claim: claims.sharedNetwork(overlay("ov_net2", "swarm")),
      observed: /^\w+ overlay global$/,
    },
  ],
  overlayRefused: [
    { of: "overlay-consul", claim: claims.overlayRefused("host1"), observed: /^made, and removed$/ },
  ],
  overlayAccepted: [
    { of: "user-bridge", claim: claims.overlayAccepted("host1"), observed: /not a swarm manager/ },
  ],
  keyInStore: [
    {
      of: "overlay-consul",
      claim: claims.keyInStore("host1", overlay("docker_gwbridge"), consul),
      observed: /^docker\/network\/v1\.0\/network, docker\/network\/v1\.0\/network\/\w+, /,
    },
  ],
  distinctAddresses: [
    {
      of: "overlay-consul",
      claim: claims.distinctAddresses(overlay("docker_gwbridge"), ["box1", "box2"]),
      observed: /^box1 172\.18\.0\.2, box2 172\.18\.0\.2$/,
    },
    {
      of: "overlay-consul",
      claim: claims.distinctAddresses({ networkName: "ov_net3", subnet: "172.19.0.0/24" }, ["box1", "box3"]),
      observed: /^box1 none, box3 172\.19\.0\.2$/,
    },
  ],

  taskNames: [
    {
      of: "swarm-overlay",
      claim: claims.taskNames("stranger", "my-test", "ngx_net"),
      observed: /^no address, says /,
    },
  ],
  allAddresses: [
    {
      of: "swarm-overlay",
      claim: claims.allAddresses("my-test2", "my-test", "ngx_net"),
      observed: /^10\.10\.\d+\.\d+, says /,
    },
  ],
  virtualAddress: [
    {
      of: "swarm-dnsrr",
      claim: claims.virtualAddress("my-dnsrr-nginx", "my-dnsrr-nginx", "ngx_net"),
      observed: /^my-dnsrr-nginx has no virtual address$/,
    },
  ],
  noVirtualAddress: [
    { of: "swarm-overlay", claim: claims.noVirtualAddress("my-test"), observed: /^10\.10\.\d+\.\d+$/ },
  ],
  tasksReach: [
    {
      of: "swarm-overlay",
      claim: claims.tasksReach("stranger", "my-test", "ngx_net"),
      observed: /^0 of 10: /,
    },
  ],
  tasksMtu: [
    {
      of: "swarm-overlay",
      claim: claims.tasksMtu("my-test", "ngx_net", 1400),
      observed: /^1401 bytes pass too/,
    },
    { of: "swarm-overlay", claim: claims.tasksMtu("my-test", "ngx_net", 1500), observed: /^of 1500 bytes, / },
  ],
  tasksWalledOff: [
    {
      of: "swarm-overlay",
      claim: claims.tasksWalledOff(["my-test", "ngx_net"], ["my-test", "ngx_net"]),
      observed: /answers my-test\.1$/,
    },
    // One task alone has nobody that shows it alive.
    {
      of: "swarm-overlay",
      claim: claims.tasksWalledOff(["my-test", "ngx_net"], ["my-test2", "ngx_net"]),
      observed: /^a control failed: there is no pair of tasks$/,
    },
  ],
  tasksCutOff: [
    {
      of: "swarm-overlay",
      claim: claims.tasksCutOff("my-test", "ngx_net", { reachedOn: "ngx_net" }),
      observed: /answers my-test\.1$/,
    },
  ],
  loadSpread: [
    {
      of: "swarm-dnsrr",
      claim: claims.loadSpread("my-dnsrr-nginx", claims.hostName("my-dnsrr-nginx"), "my-dnsrr-nginx", {
        requests: 1,
      }),
      observed: /^my-dnsrr-nginx\.\d: 1$/,
    },
  ],
  tasksOn: [{ of: "swarm-overlay", claim: claims.tasksOn("my-test", { host1: 9 }), observed: /^host1: \d$/ }],
  peers: [
    {
      of: "swarm-dnsrr",
      claim: claims.peers("ngx_net", { hostName: "host1" }, [{ hostName: "host1" }]),
      observed: /^host1 .*, /,
    },
  ],

  wire: [
    {
      of: "overlay-consul",
      claim: claims.wire("host1", {
        during: claims.pingProbe("box1", "box2"),
        seen: claims.vxlanOf("ov_net3"),
      }),
      observed: /^no VXLAN of ov_net3$/,
    },
  ],
};
