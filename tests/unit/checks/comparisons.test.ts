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
import { type NamespaceId, readNamespaceId } from "../../../checks/namespace-id.ts";

const lo: Link = { ifindex: 1, ifname: "lo", flags: ["UP"] };
const eth0: Link = {
  ifindex: 4,
  ifname: "eth0",
  flags: ["UP"],
  link_index: 5,
  link_netnsid: 0,
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

test("same interfaces: one namespace, whatever MAC and addresses another has", () => {
  const [one, other] = [
    { namespace: "net:[1]", links: [lo, eth0] },
    { namespace: "net:[2]", links: [lo] },
  ];
  expect(compareSameInterfaces(one, one)).toEqual({
    holds: true,
    observed: "eth0 02:42:ac:12:00:02 172.18.0.2/16",
  });
  expect(compareSameInterfaces(one, other)).toEqual({
    holds: false,
    observed: "eth0 02:42:ac:12:00:02 172.18.0.2/16; the other: nothing but lo",
  });
  expect(compareSameInterfaces(one, { ...other, links: one.links })).toEqual({
    holds: false,
    observed: "eth0 02:42:ac:12:00:02 172.18.0.2/16, in two namespaces",
  });
});

test("veth pair: the end names the peer by its index and its namespace, and the peer is a port of the bridge", () => {
  const pair = (links: Link[], peerLinks: Link[], peerNamespace: NamespaceId, bridge?: string) =>
    compareVethPair(links, "eth0", peerLinks, peerNamespace, bridge);
  expect(pair([lo, eth0], [docker0, veth5], 0, "docker0")).toEqual({
    holds: true,
    observed: "eth0@if5 and veth5@if4, a port of docker0",
  });
  expect(pair([lo, eth0], [veth5], 0).holds).toBe(true);
  const loose = { ...veth5, master: undefined };
  expect(pair([eth0], [loose], 0, "docker0")).toEqual({
    holds: false,
    observed: "eth0@if5 and veth5@if4, no port of a bridge",
  });
  expect(pair([eth0], [veth5], 1, "docker0")).toEqual({
    holds: false,
    observed: "eth0@if5, which is in another namespace",
  });
  expect(pair([eth0], [veth5], undefined).holds).toBe(false);
  expect(pair([{ ...eth0, link_netnsid: undefined }], [veth5], undefined).holds).toBe(false);
  expect(pair([eth0], [], 0).observed).toBe("eth0@if5, which is not there");
  expect(pair([lo], [veth5], 0).observed).toBe("there is no eth0");
  expect(compareVethPair([docker0], "docker0", [], 0, undefined).observed).toBe("docker0 is no veth");
});

test("veth pair in one namespace: the end names the peer by its name", () => {
  const end = { ...veth5, link_index: undefined, master: undefined, ifname: "a", link: "b" };
  const links = [end, { ...end, ifindex: 6, ifname: "b", link: "a" }];
  expect(compareVethPair(links, "a", links, "own", undefined)).toEqual({
    holds: true,
    observed: "a@b and b@a, no port of a bridge",
  });
  expect(compareVethPair(links, "a", links, 0, undefined).holds).toBe(false);
  expect(compareVethPair([eth0], "eth0", [veth5], "own", undefined).holds).toBe(false);
});

test("what a namespace calls another: a number, nothing, or itself", () => {
  expect(readNamespaceId('[{"name":"other","id":0}]')).toBe(0);
  expect(readNamespaceId('[{"name":"other"}]')).toBeUndefined();
  expect(readNamespaceId("own")).toBe("own");
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
