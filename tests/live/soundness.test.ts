import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import {
  addressOf,
  http,
  httpProbe,
  noHttp,
  noPing,
  ping,
  pingByName,
  pingProbe,
  resolves,
  address,
  namedNamespace,
  sameInterfaces,
  tcp,
  testClaims,
  vethPair,
} from "../../checks/index.ts";
import type { Claim } from "../../topology/claims/index.ts";
import type { Topology } from "../../topology/document.ts";
import { buildLab, env, onHost, removeLab } from "./checks-lab.ts";

/**
 * Ways in which a claim could hold by mistake: an answer of another than the node that is meant, silence of a node that
 * was never asked. In each the claim must fail, and say why.
 */
// The first hook waits for an engine.
jest.setTimeout(180_000);

let lab: Omit<Topology, "claims">;
const recorded = (node: string): string =>
  lab.nodes.find(({ name }) => name === node)?.interfaces[0]?.address ?? "";

beforeAll(() => {
  lab = buildLab();
});
afterAll(removeLab);

/** What is observed of claims that fail, at the first look; what all of them claim holds before and after. */
async function failing(broken: string, claims: Claim[], mend: string): Promise<string[]> {
  const found = async (deadlineSeconds: number) => {
    const { results } = await testClaims({ ...lab, claims }, { deadlineSeconds, env });
    return results.filter(({ holds }) => !holds).map(({ claim, observed }) => `${claim}: ${observed}`);
  };
  expect(await found(10)).toEqual([]);
  onHost(broken);
  try {
    return await found(1);
  } finally {
    onHost(mend);
  }
}

const killWebServerOf = (box: string) =>
  `pkill -f '[h]ttpd -f' --nslist net --ns $(docker inspect -f '{{.State.Pid}}' ${box})`;

const alive = (a: string, b: string) =>
  [pingProbe(a, address("127.0.0.1")), pingProbe(b, address("127.0.0.1"))] as const;

test("a sender that has the target's address answers itself: no reply of the target's", async () => {
  const own = `ip -n ns1 address`;
  expect(
    await failing(
      `${own} add 192.168.1.2/32 dev lo`,
      [ping("ns1", "ns2")],
      `${own} del 192.168.1.2/32 dev lo`,
    ),
  ).toEqual(["ns1 pings ns2: 192.168.1.2 is an address of ns1 itself: ns1 has answered itself"]);
});

test("a name that leads to the sender, or to another than the node that it names", async () => {
  const hosts = (line: string) =>
    `docker exec box1 sh -c 'cp /etc/hosts /tmp/hosts; echo ${line} >>/etc/hosts'`;
  const mend = "docker exec box1 sh -c 'cat /tmp/hosts >/etc/hosts'";
  const named = [pingByName("box1", "box2")];
  const self = recorded("box1");
  expect(await failing(hosts(`${self} box2`), named, mend)).toEqual([
    `box1 pings box2 by name: ${self} is an address of box1 itself: box1 has answered itself`,
  ]);
  expect(await failing(hosts("172.28.0.1 box2"), named, mend)).toEqual([
    "box1 pings box2 by name: the name leads to 172.28.0.1, which box2 does not have",
  ]);
});

test("a name that leads to another node too, whichever of them was tried", async () => {
  const plug = "docker network connect --ip 172.28.77.8 --alias box2 my-bridge box3";
  const unplug = "docker network disconnect my-bridge box3";
  expect(await failing(plug, [pingByName("box1", "box2")], unplug)).toEqual([
    expect.stringMatching(
      /^box1 pings box2 by name: the name leads to 172\.28\.77\.8( too)?, which box2 does not have$/,
    ),
  ]);
});

test("another node that has the target's address, too, and answers in its place", async () => {
  const target = recorded("box2");
  const thief = `
    bridge=$(docker network inspect -f '{{printf "br-%.12s" .Id}}' my-bridge)
    ip netns add thief; ip link add thief0 type veth peer name eth0 netns thief
    ip link set thief0 master $bridge up
    ip -n thief link set eth0 address 02:00:00:00:be:ef up; ip -n thief address add ${target}/16 dev eth0
    ip netns add box2-space 2>/dev/null || true
    nsenter --net=/proc/$(docker inspect -f '{{.State.Pid}}' box2)/ns/net ip link set eth0 arp off
    nsenter --net=/proc/$(docker inspect -f '{{.State.Pid}}' box1)/ns/net ip neigh flush dev eth0`;
  const mend = `
    ip netns del thief; ip netns del box2-space
    nsenter --net=/proc/$(docker inspect -f '{{.State.Pid}}' box2)/ns/net ip link set eth0 arp on
    nsenter --net=/proc/$(docker inspect -f '{{.State.Pid}}' box1)/ns/net ip neigh flush dev eth0`;
  expect(await failing(thief, [ping("box1", "box2")], mend)).toEqual([
    expect.stringMatching(
      `^box1 pings box2: ${target} is answered by 02:00:00:00:be:ef, and box2 has [0-9a-f:]{17}$`,
    ),
  ]);
});

test("a rule that leads what is for the target to another node", async () => {
  const [target, other] = [recorded("web"), recorded("box3")];
  const rule = `OUTPUT -d ${target} -j DNAT --to-destination ${other}`;
  const elsewhere = `host1 leads what is for ${target} to ${other}, which web does not have`;
  expect(
    await failing(
      `docker exec -d box3 vethlab-web; sleep 0.3; iptables -t nat -I ${rule}`,
      [ping("host1", "web"), http("host1", "web"), tcp("host1", "web", 80)],
      `iptables -t nat -D ${rule}; ${killWebServerOf("box3")}`,
    ),
  ).toEqual([
    `host1 pings web: ${elsewhere}`,
    "host1 gets http from web: box3 has answered, not web",
    `host1 connects to web port 80: ${elsewhere}`,
  ]);
});

describe("a veth pair", () => {
  const cable = (one: string, other: string) => `ip link add ${one} type veth peer name ${other}`;
  const addresses = ["1", "2"]
    .map(
      (end) =>
        `ip -n ns${end} address add 192.168.1.${end}/24 dev veth${end}; ip -n ns${end} link set veth${end} up`,
    )
    .join("; ");

  test("each of whose ends has a peer of the other's index, in another namespace", async () => {
    const others = `
      first=$(ip netns exec ns1 cat /sys/class/net/veth1/ifindex)
      second=$(ip netns exec ns2 cat /sys/class/net/veth2/ifindex)
      ip -n ns1 link delete veth1; ip netns add other1; ip netns add other2
      ${cable("veth1 index $first netns ns1", "veth2 index $second netns other2")}
      ${cable("veth2 index $second netns ns2", "veth1 index $first netns other1")}
      ip -n other1 link set veth1 up; ip -n other2 link set veth2 up; ${addresses}`;
    expect(
      await failing(
        others,
        [vethPair("ns1", "veth1", { peerNode: "ns2" }), vethPair("ns2", "veth2", { peerNode: "ns1" })],
        `ip netns delete other1; ip netns delete other2; sleep 0.3
         ${cable("veth1 netns ns1", "veth2 netns ns2")}; ${addresses}`,
      ),
    ).toEqual([
      expect.stringMatching(/^veth1 of ns1 .*: veth1@if\d+, which is in another namespace$/),
      expect.stringMatching(/^veth2 of ns2 .*: veth2@if\d+, which is in another namespace$/),
    ]);
  });

  test("both of whose ends are in one namespace", async () => {
    onHost(cable("cable1", "cable2"));
    const claims = ["host1", "ns1"].map((peerNode) => vethPair("host1", "cable1", { peerNode }));
    const { results } = await testClaims({ ...lab, claims }, { deadlineSeconds: 1, env });
    onHost("ip link delete cable1");
    expect(results.map(({ holds, observed }) => [holds, observed])).toEqual([
      [true, "cable1@cable2 and cable2@cable1, no port of a bridge"],
      [false, "cable1@cable2, which is in another namespace"],
    ]);
  });
});

test("a namespace that has the MAC and the addresses of another", async () => {
  const twin = { name: "twin", kind: "namespace", host: "host1", interfaces: [] } as const;
  const box = "docker exec box3";
  onHost(`
    ip netns add twin
    ip netns exec twin sysctl -qw net.ipv6.conf.all.disable_ipv6=1
    ip link add twin0 type veth peer name eth0 address $(${box} cat /sys/class/net/eth0/address) netns twin
    ip -n twin address add ${recorded("box3")}/16 dev eth0; ip -n twin link set eth0 up`);
  const claims = [sameInterfaces("twin", "box3"), namedNamespace("host1", "twin", "box3")];
  const { results } = await testClaims(
    { ...lab, nodes: [...lab.nodes, { ...twin, interfaces: [] }], claims },
    { deadlineSeconds: 1, env },
  );
  onHost("ip netns delete twin");
  const observed = expect.stringMatching(`^eth0 .* ${recorded("box3")}/16, in two namespaces$`) as unknown;
  expect(results).toMatchObject(claims.map(() => ({ holds: false, observed })));
});

describe("a published port", () => {
  const claims = [
    http("box3", addressOf("host1", "bridge"), { port: 8080, by: "pub" }),
    http("host1", "127.0.0.1", { port: 8080, by: "pub" }),
  ];
  const run = (box: string, options = "") =>
    `docker run -d --name ${box} --hostname ${box} ${options} $(docker inspect -f '{{.Image}}' box1) vethlab-web`;
  const published = run("pub", "-p 8080:80");
  const observed = (what: string) => [
    `box3 gets http from host1 on bridge port 8080, answered by pub: ${what}`,
    `host1 gets http from 127.0.0.1 port 8080, answered by pub: ${what}`,
  ];
  let plain: typeof lab;
  beforeAll(() => {
    plain = lab;
    const pub = { name: "pub", kind: "container", host: "host1", container: "pub", interfaces: [] } as const;
    lab = { ...lab, nodes: [...lab.nodes, { ...pub, interfaces: [] }] };
    onHost(`${published}; sleep 0.3`);
  });
  afterAll(() => {
    onHost("docker rm -f pub");
    lab = plain;
  });

  test("that rules lead to another box", async () => {
    const rules = ["PREROUTING", "OUTPUT"].map(
      (chain) => `${chain} -p tcp --dport 8080 -j DNAT --to-destination ${recorded("web")}:80`,
    );
    const all = (change: string) => rules.map((rule) => `iptables -t nat ${change} ${rule}`).join("; ");
    expect(
      await failing(
        // Packets from 127.0.0.1 leave the host only where the kernel is told to let them (route_localnet).
        `sysctl -qw net.ipv4.conf.docker0.route_localnet=1; ${all("-I")}
         iptables -t nat -I POSTROUTING -s 127.0.0.1 -o docker0 -j MASQUERADE`,
        claims,
        `${all("-D")}; iptables -t nat -D POSTROUTING -s 127.0.0.1 -o docker0 -j MASQUERADE`,
      ),
    ).toEqual(observed("web has answered, not pub"));
  });

  test("that is another box's, by Docker's rule and by its proxy", async () => {
    expect(
      await failing(
        `docker rm -f pub; ${run("rival", "-p 8080:80")}; ${run("pub")}; sleep 0.3`,
        claims,
        `docker rm -f pub rival; ${published}; sleep 0.3`,
      ),
    ).toEqual(observed("rival has answered, not pub"));
  });

  test("on which a process of the host listens", async () => {
    const page = "mkdir /tmp/www; echo 'It works!' >/tmp/www/index.html; exec httpd -f -p 8080 -h /tmp/www";
    const server = `docker run -d --name server --network host $(docker inspect -f '{{.Image}}' box1) sh -c "${page}"`;
    expect(
      await failing(
        `docker rm -f pub; ${run("pub")}; ${server}; sleep 0.3`,
        claims,
        `docker rm -f server pub; ${published}; sleep 0.3`,
      ),
    ).toEqual(observed("nothing shows that pub has answered"));
  });
});

test("two boxes that were restarted in the other order have each other's addresses", async () => {
  const [first, second] = [recorded("box1"), recorded("box2")];
  const claims = [ping("host1", "box1"), pingByName("box1", "box2"), resolves("box1", "box2", ["box2"])];
  const restart = (...boxes: string[]) =>
    `docker stop -t 1 box1 box2; ${boxes.map((box) => `docker start ${box}`).join("; ")}`;
  // The name is right, wherever box2 is. The address is not, nor is what the address table says.
  expect(await failing(restart("box2", "box1"), claims, restart("box1", "box2"))).toEqual([
    `host1 pings box1: box1 is at ${second} now, recorded ${first}`,
    `box1 resolves box2 to box2: box2 is at ${first} now, recorded ${second}`,
    `box1 has the addresses that are recorded: box1 is at ${second} now, recorded ${first}`,
    `box2 has the addresses that are recorded: box2 is at ${first} now, recorded ${second}`,
  ]);
});

test("a wall whose far end has moved and stands open: the address that is silent is nobody's", async () => {
  const at = recorded("box1");
  const walls = [
    noPing("box3", "box1", { controls: alive("box1", "box3") }),
    noHttp("box3", "box1", { controls: alive("box1", "box3") }),
  ];
  const plug = (ip: string) =>
    `docker network disconnect my-bridge box1; docker network connect --ip ${ip} my-bridge box1`;
  const open = "iptables -I FORWARD -d 172.28.77.7 -j ACCEPT; iptables -t raw -I PREROUTING -j ACCEPT";
  const shut = "iptables -D FORWARD -d 172.28.77.7 -j ACCEPT; iptables -t raw -D PREROUTING -j ACCEPT";
  const moved = `box1 is at 172.28.77.7 now, recorded ${at}`;
  expect(await failing(`${plug("172.28.77.7")}; ${open}`, walls, `${plug(at)}; ${shut}`)).toEqual([
    expect.stringContaining(moved),
    expect.stringContaining(moved),
    `box1 has the addresses that are recorded: ${moved}`,
  ]);
});

test("a dead far end shows no wall", async () => {
  const walls = [
    noPing("box3", "box1", { controls: alive("box1", "box3") }),
    noHttp("box1", "web", { controls: [httpProbe("box3", "web"), ...alive("box1", "web")] }),
  ];
  const found = await failing(
    "docker stop -t 1 box1; docker pause web",
    walls,
    "docker unpause web; docker start box1",
  );
  expect(found).toEqual([
    "box3 gets no reply from box1: the control before failed: container box1 is not running (exited)",
    expect.stringMatching("^box1 gets no http from web: the control before failed: "),
  ]);
});

test("a lab that claims nothing does not hold", async () => {
  expect(await testClaims({ ...lab, claims: [] }, { env })).toMatchObject({ ok: false, results: [] });
});
