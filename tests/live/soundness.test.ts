import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import {
  httpProbe,
  noHttp,
  noPing,
  ping,
  pingByName,
  pingProbe,
  resolves,
  address,
  testClaims,
} from "../../checks/index.ts";
import type { Claim } from "../../topology/claims/index.ts";
import type { Topology } from "../../topology/document.ts";
import { buildLab, env, onHost, removeLab } from "./checks-lab.ts";

/**
 * Ways in which a claim could hold by mistake: an answer of another than the node that is meant, silence of a node that
 * was never asked. In each the claim must fail, and say why.
 */
jest.setTimeout(60_000);

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
