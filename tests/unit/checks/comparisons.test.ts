import { expect, test } from "@jest/globals";
import {
  compareBridgePorts,
  compareDefaultRoute,
  compareInterfaceCount,
  compareInterfaces,
  compareSameInterfaces,
  compareVethPair,
} from "../../../checks/comparisons.ts";
import { type Link, readLinks, readRoutes } from "../../../checks/links.ts";

const lo: Link = { ifindex: 1, ifname: "lo", flags: ["UP"] };
const eth0: Link = {
  ifindex: 4,
  ifname: "eth0",
  flags: ["UP"],
  link_index: 5,
  address: "02:42:ac:12:00:02",
  linkinfo: { info_kind: "veth" },
  addr_info: [{ local: "172.18.0.2", prefixlen: 16 }],
};
const docker0: Link = { ifindex: 3, ifname: "docker0", flags: ["UP"], linkinfo: { info_kind: "bridge" } };
const veth5: Link = {
  ifindex: 5,
  ifname: "veth5",
  flags: ["UP"],
  link_index: 4,
  master: "docker0",
  linkinfo: { info_kind: "veth" },
};

test("interfaces: exactly these, but for the tunnels that a kernel puts everywhere", () => {
  expect(compareInterfaces([lo, eth0], ["eth0", "lo"])).toEqual({ holds: true, observed: "lo, eth0" });
  expect(compareInterfaces([lo, eth0], ["lo"]).holds).toBe(false);
  expect(compareInterfaces([lo], ["lo", "eth0"])).toEqual({ holds: false, observed: "lo" });
  expect(compareInterfaces([], ["lo"])).toEqual({ holds: false, observed: "no interface" });
  const tunnel = { ifindex: 2, ifname: "tunl0", flags: ["NOARP"] };
  expect(compareInterfaces([lo, tunnel], ["lo"]).holds).toBe(true);
  expect(compareInterfaces([lo, { ...tunnel, flags: ["UP"] }], ["lo"]).holds).toBe(false);
});

test("interface count: without lo", () => {
  expect(compareInterfaceCount([lo, eth0], 1)).toEqual({
    holds: true,
    observed: "eth0 02:42:ac:12:00:02 172.18.0.2/16",
  });
  expect(compareInterfaceCount([lo, eth0], 2).holds).toBe(false);
  expect(compareInterfaceCount([lo], 1)).toEqual({ holds: false, observed: "nothing but lo" });
  expect(compareInterfaceCount([lo], 0).holds).toBe(true);
});

test("same interfaces: names, MAC and addresses equal, and something to compare", () => {
  expect(compareSameInterfaces([lo, eth0], [eth0, lo])).toEqual({
    holds: true,
    observed: "eth0 02:42:ac:12:00:02 172.18.0.2/16",
  });
  expect(compareSameInterfaces([lo, eth0], [lo])).toEqual({
    holds: false,
    observed: "eth0 02:42:ac:12:00:02 172.18.0.2/16; the other: nothing but lo",
  });
  expect(compareSameInterfaces([eth0], [{ ...eth0, address: "02:42:ac:12:00:03" }]).holds).toBe(false);
  expect(compareSameInterfaces([eth0], [{ ...eth0, addr_info: [] }]).holds).toBe(false);
  expect(compareSameInterfaces([lo], [lo])).toEqual({ holds: false, observed: "both have nothing but lo" });
});

test("veth pair: each names the other's index, and the peer is a port of the bridge", () => {
  expect(compareVethPair([lo, eth0], "eth0", [docker0, veth5], "docker0")).toEqual({
    holds: true,
    observed: "eth0@if5 and veth5@if4, a port of docker0",
  });
  expect(compareVethPair([lo, eth0], "eth0", [veth5], undefined).holds).toBe(true);
  const loose = { ...veth5, master: undefined };
  expect(compareVethPair([eth0], "eth0", [loose], "docker0")).toEqual({
    holds: false,
    observed: "eth0@if5 and veth5@if4, no port of a bridge",
  });
  expect(compareVethPair([eth0], "eth0", [{ ...veth5, link_index: 6 }], "docker0").holds).toBe(false);
  expect(compareVethPair([eth0], "eth0", [], "docker0").observed).toBe("eth0@if5, which is not there");
  expect(compareVethPair([lo], "eth0", [veth5], "docker0").observed).toBe("there is no eth0");
  expect(compareVethPair([docker0], "docker0", [], undefined).observed).toBe("docker0 is no veth");
});

test("bridge ports: counted, on a bridge that is there", () => {
  expect(compareBridgePorts([docker0, veth5], "docker0", 1)).toEqual({ holds: true, observed: "1: veth5" });
  expect(compareBridgePorts([docker0, veth5], "docker0", 2).holds).toBe(false);
  expect(compareBridgePorts([docker0], "docker0", 0)).toEqual({ holds: true, observed: "0: none" });
  expect(compareBridgePorts([veth5], "br9", 0)).toEqual({ holds: false, observed: "there is no bridge br9" });
});

test("default route: this next hop and no other", () => {
  const routes = readRoutes(
    '[{"dst":"default","gateway":"172.17.0.1","dev":"eth0"},{"dst":"172.17.0.0/16","dev":"eth0"}]',
  );
  expect(compareDefaultRoute(routes, "172.17.0.1")).toEqual({ holds: true, observed: "via 172.17.0.1" });
  expect(compareDefaultRoute(routes, "172.18.0.1").holds).toBe(false);
  expect(compareDefaultRoute([], "172.17.0.1")).toEqual({ holds: false, observed: "no default route" });
  expect(compareDefaultRoute([{ dst: "default", dev: "eth0" }], "172.17.0.1").observed).toBe("via dev eth0");
});

test("links are read from what ip prints", () => {
  const json = JSON.stringify([
    { ...eth0, mtu: 1500, addr_info: [{ family: "inet", local: "10.0.0.1", prefixlen: 8 }] },
  ]);
  expect(readLinks(json)[0]).toMatchObject({
    ifname: "eth0",
    addr_info: [{ local: "10.0.0.1", prefixlen: 8 }],
  });
  expect(readLinks("")).toEqual([]);
});
