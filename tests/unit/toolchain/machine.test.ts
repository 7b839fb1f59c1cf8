import { expect, test } from "@jest/globals";

import { nameServersIn, networksOf, routesOf } from "../../../toolchain/machine.ts";

test("each subnet of each network, with the stack of this vethlab that owns it", () => {
  const inspected = JSON.stringify([
    { Name: "bridge", IPAM: { Config: [{ Subnet: "172.17.0.0/16", Gateway: "172.17.0.1" }] }, Labels: {} },
    { Name: "host", IPAM: { Config: null }, Labels: null },
    {
      Name: "lab",
      IPAM: { Config: [{ Subnet: "10.1.0.0/24" }, { Subnet: "fd01::/64" }] },
      Labels: { "vethlab.stack": "user-bridge", "vethlab.home": "ours" },
    },
    {
      Name: "theirs",
      IPAM: { Config: [{ Subnet: "10.2.0.0/24" }] },
      Labels: { "vethlab.stack": "user-bridge", "vethlab.home": "another" },
    },
  ]);
  expect(networksOf(inspected, "ours")).toEqual([
    { name: "bridge", subnet: "172.17.0.0/16" },
    { name: "lab", subnet: "10.1.0.0/24", owner: "user-bridge" },
    { name: "lab", subnet: "fd01::/64", owner: "user-bridge" },
    { name: "theirs", subnet: "10.2.0.0/24" },
  ]);
});

test("routes but the default one; a single address is a subnet of one", () => {
  const listed = JSON.stringify([
    { dst: "default", gateway: "192.0.2.1", dev: "eth0" },
    { dst: "10.8.0.0/16", dev: "tun0" },
    { dst: "198.51.100.7", dev: "eth0" },
  ]);
  expect(routesOf(listed)).toEqual([
    { name: "tun0", subnet: "10.8.0.0/16" },
    { name: "eth0", subnet: "198.51.100.7/32" },
  ]);
});

test("the name servers that a container can ask: IPv4, and not those on the machine's own loopback", () => {
  const resolvConf =
    "# made by hand\nnameserver 127.0.0.53\nnameserver 192.0.2.53\nnameserver fd00::1\n nameserver\t192.0.2.54\noptions edns0\n";
  expect(nameServersIn(resolvConf)).toEqual(["192.0.2.53", "192.0.2.54"]);
  expect(nameServersIn("")).toEqual([]);
});
