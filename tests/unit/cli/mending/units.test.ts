import { expect, test } from "@jest/globals";
import { standsOnUsers, unitOf } from "../../../../cli/mending/units.ts";
import type { Topology } from "../../../../topology/document.ts";

const [local, host1] = ["vethlab-demo-outside", "vethlab-demo-host1"];
const topology: Topology = {
  ...{ version: 1, stack: "demo", lab: "demo", networks: [], claims: [], drills: [] },
  hosts: [
    { name: "local", kind: "local" },
    { name: "host1", kind: "container", container: host1, shell: ["docker", "exec", host1] },
  ],
  nodes: [
    { name: "host1", kind: "host", host: "host1", interfaces: [] },
    { name: "box1", kind: "container", host: "host1", interfaces: [] },
    { name: "etcd-1", kind: "container", host: "local", joins: "host1", interfaces: [] },
    {
      ...{ name: "outside", kind: "container", host: "local", container: local },
      interfaces: [{ network: "underlay", address: "192.168.33.254", prefixLength: 24 }],
    },
  ],
};

test.each([
  ["host1", host1],
  ["box1", host1],
  // It stands on the user's engine, with the network namespace of the lab host.
  ["etcd-1", host1],
  ["outside", local],
])("%s is built anew with %s", (node, unit) => {
  expect(unitOf(topology, node)).toBe(unit);
});

test("a box on the user's engine is not built anew unasked, nor one that joins it", () => {
  const box: Topology["nodes"][number] = { name: "web", kind: "container", host: "local", interfaces: [] };
  const nodes = [...topology.nodes, box, { ...box, name: "web2", joins: "web" }];
  expect(unitOf({ ...topology, nodes }, "web2")).toBeUndefined();
  expect([topology, { ...topology, nodes }].map(standsOnUsers)).toEqual([false, true]);
});
