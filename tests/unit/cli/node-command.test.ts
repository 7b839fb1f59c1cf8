import { describe, expect, test } from "@jest/globals";
import { nodeCommand } from "../../../cli/node-command.ts";
import type { Topology } from "../../../topology/document.ts";

const topology: Topology = {
  version: 1,
  stack: "demo",
  lab: "demo",
  hosts: [
    { name: "local", kind: "local" },
    {
      name: "host1",
      kind: "container",
      shell: ["docker", "exec", "-i", "vethlab-demo-host1"],
      container: "vethlab-demo-host1",
      engine: "unix:///tmp/s",
    },
  ],
  networks: [],
  drills: [],
  nodes: [
    { name: "host1", kind: "host", host: "host1", interfaces: [] },
    { name: "box1", kind: "container", host: "host1", container: "box1", interfaces: [] },
    { name: "ns1", kind: "namespace", host: "host1", interfaces: [] },
    { name: "outside", kind: "container", host: "local", container: "vethlab-demo-outside", interfaces: [] },
    { name: "local", kind: "host", host: "local", interfaces: [] },
  ],
  claims: [],
};
const at = (node: string, terminal = false): string =>
  nodeCommand(topology, node, ["ip", "addr"], { terminal }).join(" ");

describe("nodeCommand", () => {
  test("runs in a container through the engine of its host", () => {
    expect(at("box1")).toBe("docker --host unix:///tmp/s exec -i box1 ip addr");
  });

  test("runs in a namespace through the container of its host", () => {
    expect(at("ns1")).toBe("docker exec -i vethlab-demo-host1 ip netns exec ns1 ip addr");
  });

  test("runs on a host in its container", () => {
    expect(at("host1")).toBe("docker exec -i vethlab-demo-host1 ip addr");
  });

  test("runs on the user's engine without more ado", () => {
    expect(at("outside")).toBe("docker exec -i vethlab-demo-outside ip addr");
  });

  test("asks for a terminal where there is one", () => {
    expect(at("host1", true)).toBe("docker exec -it vethlab-demo-host1 ip addr");
  });

  test("refuses an unknown node, and this machine", () => {
    expect(() => at("bxo1")).toThrow('did you mean "box1"?\n  its nodes: local, host1, box1, ns1, outside');
    expect(() => at("local")).toThrow("this machine itself");
  });
});
