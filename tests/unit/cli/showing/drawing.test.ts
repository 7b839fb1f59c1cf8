import { expect, test } from "@jest/globals";
import { noPing, noPingAddress, noPingByName, ping, pingProbe } from "../../../../checks/claims.ts";
import { drawingOf } from "../../../../cli/showing/drawing.ts";
import type { Topology } from "../../../../topology/document.ts";
import { labWith } from "../../checks/lab.ts";

const controls = [pingProbe("box1", "box2")] as const;
const lab = labWith(
  ping("box1", "box2"),
  noPing("box1", "box3", { controls }),
  noPing("box3", "box1", { controls }),
  noPingAddress("box2", "172.17.0.2", { controls }),
  noPingAddress("box2", "10.10.0.2", { controls }),
  noPingByName("joined", "box1", { controls }),
);
const bridge = (name: string, host: string, subnet: string) => ({ name, driver: "bridge", host, subnet });
const topology: Topology = {
  ...lab,
  hosts: [...lab.hosts, { name: "host2", kind: "vm", address: "192.168.33.11" }],
  networks: [
    { ...bridge("my-bridge", "host1", "172.18.0.0/16"), gateway: "172.18.0.1" },
    bridge("bridge", "host1", "172.17.0.0/16"),
    bridge("bridge", "host2", "172.17.0.0/16"),
    { name: "ngx_net", driver: "overlay", host: "host1", subnet: "10.10.0.0/16" },
  ],
  nodes: [
    ...lab.nodes,
    { name: "host1", kind: "host", host: "host1", interfaces: [] },
    {
      name: "box4",
      kind: "container",
      host: "host2",
      interfaces: [
        { network: "bridge", interface: "eth0", address: "172.17.0.2", prefixLength: 16 },
        { network: "ngx_net", address: "10.10.0.2", prefixLength: 16 },
      ],
    },
    { name: "store", kind: "container", host: "local", joins: "host1", interfaces: [] },
  ],
  services: [
    { name: "my-test", manager: "host1", hosts: ["host1", "host2"], networks: ["ngx_net"], replicas: 3 },
  ],
};
const drawing = drawingOf(topology);
const red = "#c9202b";
const edges = (wall: boolean) =>
  drawing.edges
    ?.filter(({ attributes }) => (attributes?.["color"] === red) === wall)
    .map(({ tail, head, attributes }) => [tail, head, attributes?.["label"]]);

test("a host is a cluster with what stands on it, and what has joined that; overlays and services stand between them", () => {
  const clusters = drawing.subgraphs?.map(({ graphAttributes, nodes }) => [
    graphAttributes?.["label"],
    nodes?.map(({ name }) => name),
  ]);
  expect(clusters).toEqual([
    [
      "host1: a container",
      [
        ...["node box1", "node box2", "node box3", "node joined", "node host1", "node store"],
        ...["network host1 my-bridge", "network host1 bridge"],
      ],
    ],
    ["host2: a virtual machine, 192.168.33.11", ["node box4", "network host2 bridge"]],
  ]);
  expect(drawing.nodes?.map(({ name, attributes }) => [name, attributes?.["label"]])).toEqual([
    ["network host1 ngx_net", "ngx_net\n10.10.0.0/16\noverlay"],
    ["service my-test", "my-test\ntasks: 3"],
  ]);
});

test("an interface is an edge to the network of its host, or to one that spans hosts", () => {
  expect(edges(false)).toEqual([
    ["node box1", "network host1 my-bridge", "  172.18.0.2/16"],
    ["node box2", "network host1 my-bridge", "  172.18.0.3/16"],
    ["node box3", "network host1 bridge", "  172.17.0.2/16"],
    ["node joined", "node box3", undefined],
    ["node box4", "network host2 bridge", "  eth0\n  172.17.0.2/16"],
    ["node box4", "network host1 ngx_net", "  10.10.0.2/16"],
    ["node store", "node host1", undefined],
    ["network host1 my-bridge", "node host1", "  172.18.0.1"],
    ["service my-test", "network host1 ngx_net", undefined],
  ]);
});

test("a wall stands once between two nodes that do not reach one another, where the address is that of one", () => {
  expect(edges(true)).toEqual([
    ["node box1", "node box3", undefined],
    ["node box2", "node box4", undefined],
  ]);
});
