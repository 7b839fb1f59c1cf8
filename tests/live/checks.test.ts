import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import {
  addressOf,
  bridgePorts,
  chainPolicy,
  defaultRoute,
  http,
  httpProbe,
  httpRefused,
  interfaceCount,
  interfaces,
  members,
  mesh,
  namedNamespace,
  network,
  noAddressForName,
  noHttp,
  noNetwork,
  noPing,
  noPingAddress,
  noPingByName,
  noRule,
  noTcp,
  ping,
  pingAddress,
  pingByName,
  pingProbe,
  resolves,
  rule,
  sameInterfaces,
  seenAs,
  tcp,
  tcpProbe,
  tcpRefused,
  testClaims,
  unknownName,
  vethPair,
  wire,
} from "../../checks/index.ts";
import type { Claim } from "../../topology/claims/index.ts";
import type { Topology } from "../../topology/document.ts";
import {
  buildLab,
  buildLocalLab,
  docker,
  env,
  hostContainer,
  onHost,
  outsideContainer,
  removeLab,
} from "./checks-lab.ts";

jest.setTimeout(60_000);

const OUTSIDE = "203.0.113.10";
/** A rule that must not be there, and an address that nobody has. */
const forbidden = "-s 198.51.100.0/24 -j DROP";
const bothAlive = [
  pingProbe("box1", addressOf("host1", "my-bridge")),
  pingProbe("box3", addressOf("host1", "bridge")),
] as const;
const web = [tcpProbe("box3", "web", 80)] as const;
const onHost1 = (name: string) => ({ networkName: name, engineName: name, host: { hostName: "host1" } });

/** Every kind of claim, by the short name that the table of breakages uses. */
const claimsOf = (hostAddress: string) => ({
  ping: ping("box1", "box2"),
  pingByName: pingByName("box1", "box2"),
  hostPings: ping("host1", "box1"),
  egress: pingAddress("box1", OUTSIDE),
  resolves: resolves("box1", "box2", ["box2"]),
  resolvesOutside: resolves("box1", "outside.example", [OUTSIDE]),
  tcp: tcp("box3", "web", 80),
  http: http("box3", "web", { contains: "hello from web" }),
  httpJoined: http("joined", "127.0.0.1", { contains: "hello from web" }),
  nsPing: ping("ns1", "ns2"),
  interfaces: interfaces("ns1", ["lo", "veth1"]),
  sameInterfaces: sameInterfaces("joined", "web"),
  vethPair: vethPair("box3", "eth0", { peerNode: "host1", bridge: "docker0" }),
  nsVethPair: vethPair("ns1", "veth1", { peerNode: "ns2" }),
  bridgePorts: bridgePorts("host1", "docker0", 2),
  defaultRoute: defaultRoute("box1", addressOf("host1", "my-bridge")),
  namedNamespace: namedNamespace("host1", "box3", "box3"),
  noPing: noPing("box3", "box1", { controls: bothAlive }),
  noPingByName: noPingByName("box3", "box1", { controls: bothAlive }),
  unknownName: unknownName("box1", "box3", { controls: bothAlive }),
  httpRefused: httpRefused("box3", "127.0.0.1", { controls: [httpProbe("box3", "web")] }),
  tcpRefused: tcpRefused("box3", "web", 81, { controls: web }),
  noHttp: noHttp("box1", "web", { controls: [httpProbe("box3", "web"), ...bothAlive] }),
  noTcp: noTcp("box1", "web", 80, { controls: [...web, ...bothAlive] }),
  noPingAddress: noPingAddress("ns1", OUTSIDE, { controls: [pingProbe("ns1", "ns2")] }),
  noAddressForName: noAddressForName("box3", "box1", { controls: bothAlive }),
  seenAs: seenAs("box1", OUTSIDE, hostAddress),
  interfaceCount: interfaceCount("box3", 1),
  rule: rule("host1", { table: "filter", chain: "DOCKER-USER", rule: "-j RETURN" }),
  noRule: noRule("host1", { table: "filter", chain: "FORWARD", rule: forbidden }),
  chainPolicy: chainPolicy("host1", { table: "filter", chain: "FORWARD", policy: "DROP" }),
  members: members(onHost1("my-bridge"), ["box1", "box2"]),
  network: network(onHost1("spare")),
  noNetwork: noNetwork(onHost1("other")),
});
type Name = keyof ReturnType<typeof claimsOf>;

interface Breakage {
  what: string;
  /** Run on the lab host. */
  break: string;
  mend: string;
  /** The claims that must fail, and no others. */
  flips: Name[];
}

const killWebServerOf = (box: string) =>
  `pkill -f '[h]ttpd -f' --nslist net --ns $(docker inspect -f '{{.State.Pid}}' ${box})`;
const namespaceOf = (box: string) => `nsenter -t $(docker inspect -f '{{.State.Pid}}' ${box}) -n`;
const fromBox3: Name[] = [
  ...(["tcp", "http", "httpRefused", "tcpRefused", "noHttp", "noTcp"] as const),
  ...(["noPing", "noPingByName", "noAddressForName", "unknownName"] as const),
];
/** An address beside that of the lab host, which it can be given. */
const secondAddress =
  "$(ip -4 -o address show dev eth0 | sed -n '1s/.*inet \\([0-9.]*\\)\\.[0-9]*\\/.*/\\1.200/p')";
const fromSecond = `POSTROUTING -s 172.28.0.0/16 -d ${OUTSIDE} -p tcp -j SNAT --to-source ${secondAddress}`;

const breakages: Breakage[] = [
  {
    what: "a link down",
    break: "ip -n ns2 link set veth2 down",
    mend: "ip -n ns2 link set veth2 up",
    flips: ["nsPing", "noPingAddress"],
  },
  {
    what: "a veth moved away",
    break: "ip -n ns2 link set veth2 netns 1",
    mend: "ip link set veth2 netns ns2; ip -n ns2 address add 192.168.1.2/24 dev veth2; ip -n ns2 link set veth2 up",
    flips: ["nsPing", "nsVethPair", "noPingAddress"],
  },
  {
    what: "an interface too many",
    break: "ip -n ns1 link add br9 type bridge",
    mend: "ip -n ns1 link delete br9",
    flips: ["interfaces"],
  },
  {
    what: "a way to where there was none",
    break: `ip -n ns2 address add ${OUTSIDE}/32 dev lo; ip -n ns1 route add ${OUTSIDE} via 192.168.1.2`,
    mend: `ip -n ns1 route delete ${OUTSIDE}; ip -n ns2 address delete ${OUTSIDE}/32 dev lo`,
    flips: ["noPingAddress"],
  },
  {
    what: "egress dropped",
    break: `iptables -I FORWARD -d ${OUTSIDE} -p icmp -j DROP`,
    mend: `iptables -D FORWARD -d ${OUTSIDE} -p icmp -j DROP`,
    flips: ["egress"],
  },
  {
    what: "isolation lifted",
    break: "iptables -I FORWARD -s 172.16.0.0/12 -d 172.16.0.0/12 -j ACCEPT",
    mend: "iptables -D FORWARD -s 172.16.0.0/12 -d 172.16.0.0/12 -j ACCEPT",
    flips: ["noPing", "noHttp", "noTcp"],
  },
  {
    what: "a firewall that answers instead of being silent",
    break: "iptables -I FORWARD -s 172.17.0.0/16 -d 172.28.0.0/16 -j REJECT",
    mend: "iptables -D FORWARD -s 172.17.0.0/16 -d 172.28.0.0/16 -j REJECT",
    flips: ["noPing"],
  },
  {
    what: "a firewall that is silent where a refusal is claimed",
    break: `${namespaceOf("web")} iptables -I INPUT -p tcp --dport 81 -j DROP`,
    mend: `${namespaceOf("web")} iptables -D INPUT -p tcp --dport 81 -j DROP`,
    flips: ["tcpRefused"],
  },
  {
    what: "a stopped box",
    break: "docker stop box2",
    mend: "docker start box2",
    flips: ["ping", "pingByName", "resolves", "members"],
  },
  {
    what: "a veth taken from its bridge",
    break: "ip link set $(cat /tmp/veth-of-box3) nomaster",
    mend: "ip link set $(cat /tmp/veth-of-box3) master docker0",
    flips: ["vethPair", "bridgePorts", ...fromBox3],
  },
  {
    what: "the web server killed",
    break: killWebServerOf("web"),
    mend: "docker exec -d web vethlab-web; sleep 0.3",
    flips: ["tcp", "http", "httpJoined", "httpRefused", "tcpRefused", "noHttp", "noTcp"],
  },
  {
    what: "the web server standing still",
    break: "docker pause web",
    mend: "docker unpause web",
    flips: ["http", "httpJoined", "httpRefused", "noHttp"],
  },
  {
    what: "web servers where none should be",
    break: "docker exec -d web vethlab-web 81; docker exec -d box3 vethlab-web; sleep 0.3",
    mend: `pkill -f '[h]ttpd -f -p 81'; ${killWebServerOf("box3")}`,
    flips: ["tcpRefused", "httpRefused"],
  },
  {
    what: "a box plugged into the other network",
    break: "docker network connect my-bridge box3",
    mend: "docker network disconnect my-bridge box3",
    flips: ["noPing", "noPingByName", "noAddressForName", "unknownName", "members", "interfaceCount"],
  },
  {
    what: "a rule taken out",
    break: "iptables -D DOCKER-USER -j RETURN",
    mend: "iptables -A DOCKER-USER -j RETURN",
    flips: ["rule"],
  },
  {
    what: "a rule in another chain than is claimed",
    break: "iptables -D DOCKER-USER -j RETURN; iptables -A INPUT -j RETURN",
    mend: "iptables -D INPUT -j RETURN; iptables -A DOCKER-USER -j RETURN",
    flips: ["rule"],
  },
  {
    what: "a rule too many",
    break: `iptables -A FORWARD ${forbidden}`,
    mend: `iptables -D FORWARD ${forbidden}`,
    flips: ["noRule"],
  },
  {
    what: "another policy",
    break: "iptables -P FORWARD ACCEPT",
    mend: "iptables -P FORWARD DROP",
    flips: ["chainPolicy"],
  },
  {
    what: "a network removed",
    break: "docker network rm spare",
    mend: "docker network create --subnet 172.29.0.0/16 spare",
    flips: ["network"],
  },
  {
    what: "a network where none should be",
    break: "docker network create --subnet 172.30.0.0/16 other",
    mend: "docker network rm other",
    flips: ["noNetwork"],
  },
  {
    what: "a container too many on a network",
    break:
      "docker run -d --name stranger --network my-bridge $(docker inspect -f '{{.Image}}' box1) vethlab-idle",
    mend: "docker rm -f stranger",
    flips: ["members"],
  },
  {
    what: "an interface too many in a box",
    break: `${namespaceOf("box3")} ip link add br9 type bridge`,
    mend: `${namespaceOf("box3")} ip link delete br9`,
    flips: ["interfaceCount"],
  },
  {
    what: "another sender's address",
    break: `ip address add ${secondAddress}/32 dev eth0; iptables -t nat -I ${fromSecond}`,
    mend: `iptables -t nat -D ${fromSecond}; ip address delete ${secondAddress}/32 dev eth0`,
    flips: ["seenAs"],
  },
  {
    what: "the joined one left behind by a restart",
    break: "docker restart web",
    mend: "docker restart joined",
    flips: ["sameInterfaces", "httpJoined"],
  },
  {
    what: "another default route",
    break: `${namespaceOf("box1")} ip route replace default via 172.28.0.99`,
    mend: `${namespaceOf("box1")} ip route replace default via 172.28.0.1`,
    flips: ["defaultRoute", "egress", "resolvesOutside", "seenAs"],
  },
  {
    what: "a namespace without its name",
    break: "rm /run/netns/box3",
    mend: "ln -s /proc/$(docker inspect -f '{{.State.Pid}}' box3)/ns/net /run/netns/box3",
    flips: ["namedNamespace"],
  },
];

afterAll(removeLab);

describe("on a lab host", () => {
  let topology: Topology;
  let claims: Record<Name, Claim>;

  beforeAll(() => {
    const lab = buildLab();
    claims = claimsOf(onHost("hostname -i"));
    topology = { ...lab, claims: Object.values(claims) };
  });

  async function failing(deadlineSeconds: number): Promise<string[]> {
    const report = await testClaims(topology, { deadlineSeconds, env });
    const names = Object.keys(claims);
    return names.filter((_, index) => report.results[index]?.holds !== true);
  }

  test("all claims hold, three times in a row", async () => {
    for (let run = 0; run < 3; run++) {
      const report = await testClaims(topology, { env });
      expect(report.results.filter(({ holds }) => !holds)).toEqual([]);
    }
  });

  test("an unanswering name server: a time-out is no unknown name", async () => {
    docker("pause", outsideContainer);
    try {
      expect((await failing(1)).sort()).toEqual(["noPingByName", "resolvesOutside", "seenAs"]);
    } finally {
      docker("unpause", outsideContainer);
    }
  });

  test.each(breakages)("$what", async (breakage) => {
    onHost(breakage.break);
    try {
      expect((await failing(1)).sort()).toEqual(breakage.flips.toSorted());
    } finally {
      onHost(breakage.mend);
    }
    expect(await failing(15)).toEqual([]);
  });

  test("packets on a wire: those that must be there, and those that must not", async () => {
    const during = pingProbe("box1", OUTSIDE);
    const masqueraded = { what: "a ping from the host", filter: "icmp[0] = 8 and not src net 172.28.0.0/16" };
    const bare = { what: "a ping from box1", filter: "icmp[0] = 8 and src net 172.28.0.0/16" };
    const wires: Claim[] = [
      wire("host1", { during, seen: masqueraded }),
      wire("host1", { during, seen: masqueraded, notSeen: bare }),
    ];
    const holding = async (deadlineSeconds: number) => {
      const { results } = await testClaims({ ...topology, claims: wires }, { deadlineSeconds, env });
      return results;
    };
    const masquerade = "POSTROUTING -s 172.28.0.0/16 -j ACCEPT";
    expect(await holding(15)).toMatchObject([
      { holds: true, observed: expect.stringMatching(/> 203.0.113.10: ICMP echo request/) },
      { holds: true },
    ]);
    onHost(`iptables -t nat -I ${masquerade}`);
    expect(await holding(1)).toMatchObject([
      { holds: false },
      { holds: false, observed: expect.stringMatching(/^IP 172.28.0.\d > 203.0.113.10: ICMP echo request/) },
    ]);
    onHost(`iptables -t nat -D ${masquerade}`);
    expect(await holding(15)).toMatchObject([{ holds: true }, { holds: true }]);
    // what must not be seen is absent for want of any packet: that shows nothing
    onHost(`iptables -I FORWARD -d ${OUTSIDE} -p icmp -j DROP`);
    expect(await holding(1)).toMatchObject([
      { holds: false, observed: "box1 pings: no reply" },
      { holds: false, observed: "box1 pings: no reply" },
    ]);
    onHost(`iptables -D FORWARD -d ${OUTSIDE} -p icmp -j DROP`);
    wires[0] = wire("host1", { during, seen: { what: "nonsense", filter: "udp prt 1" } });
    expect(await holding(1)).toMatchObject([
      { holds: false, observed: expect.stringMatching(/syntax error/) },
      { holds: true },
    ]);
  });

  test("a host that has stopped: every claim fails and says so, at once", async () => {
    docker("stop", "-t", "2", hostContainer);
    const report = await testClaims(topology, { env });
    expect(report.ok).toBe(false);
    expect(new Set(report.results.map(({ holds }) => holds))).toEqual(new Set([false]));
    expect(
      new Set(report.results.map(({ observed }) => observed.replace(/^the control before failed: /, "")))
        .size,
    ).toBe(1);
    expect(report.results[0]?.observed).toMatch(/not running/);
    expect(report.seconds).toBeLessThan(3);
  });
});

describe("on the user's own engine", () => {
  let topology: Topology;

  beforeAll(() => {
    topology = {
      ...buildLocalLab(),
      claims: [
        ...mesh(["box1", "box2"]),
        ...mesh(["box1", "box2"], { by: "name" }),
        interfaces("box1", ["lo", "eth0"]),
        tcpRefused("box1", "box2", 81, { controls: [pingProbe("box1", "box2")] }),
      ],
    };
  });

  test("claims hold", async () => {
    const report = await testClaims(topology, { env });
    expect(report.results.filter(({ holds }) => !holds)).toEqual([]);
  });

  test("a stopped box: what needs it fails, and says so", async () => {
    docker("stop", "-t", "2", topology.nodes[1]?.container ?? "");
    const report = await testClaims(topology, { deadlineSeconds: 1, env });
    expect(report.results.map(({ holds }) => holds)).toEqual([false, false, false, false, true, false]);
    expect(report.results[1]?.observed).toMatch(/not running/);
  });
});
