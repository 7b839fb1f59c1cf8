import { describe, expect, test } from "@jest/globals";
import { engineCommand, entering } from "../../../reach/entering.ts";
import { type Place, placesOf } from "../../../reach/places.ts";
import type { Topology } from "../../../topology/document.ts";

const vm = {
  name: "host2",
  kind: "vm" as const,
  shell: ["docker", "exec", "-i", "machine", "vethlab-vm", "exec"],
  engineShell: ["docker", "exec", "-i", "machine"],
  engine: "unix:///tmp/vm",
};
const topology: Topology = {
  version: 1,
  stack: "demo",
  lab: "demo",
  hosts: [
    { name: "local", kind: "local" },
    { name: "host1", kind: "container", shell: ["docker", "exec", "-i", "lab"], engine: "unix:///tmp/s" },
    vm,
    { name: "host3", kind: "ssh", shell: ["ssh", "machine"] },
  ],
  networks: [],
  drills: [],
  nodes: [
    { name: "host1", kind: "host", host: "host1", interfaces: [] },
    { name: "box1", kind: "container", host: "host1", container: "demo-box1", interfaces: [] },
    { name: "ns1", kind: "namespace", host: "host1", interfaces: [] },
    { name: "box2", kind: "container", host: "host2", interfaces: [] },
    { name: "box3", kind: "container", host: "host3", interfaces: [] },
    { name: "outside", kind: "container", host: "local", container: "demo-outside", interfaces: [] },
  ],
  claims: [],
};
const places = placesOf(topology);
const enter = (name: string, terminal?: boolean): string => {
  const place = places.get(name);
  if (place === undefined) throw new Error(name);
  return entering(place, { ...(terminal === undefined ? {} : { terminal }) }).join(" ");
};

describe("entering", () => {
  test.each([
    ["a lab host", "host1", "docker exec -i lab"],
    ["a container on a lab host", "box1", "docker --host unix:///tmp/s exec -i demo-box1"],
    ["a namespace on a lab host", "ns1", "docker exec -i lab ip netns exec ns1"],
    ["a virtual machine", "host2", "docker exec -i machine vethlab-vm exec"],
    ["a container in a virtual machine", "box2", "docker --host unix:///tmp/vm exec -i box2"],
    ["a machine of the user's", "host3", "ssh machine"],
    ["a container there", "box3", "ssh machine docker exec -i box3"],
    ["a container on the user's engine", "outside", "docker exec -i demo-outside"],
    ["the user's engine", "local", ""],
  ])("%s", (_, name, words) => {
    expect(enter(name)).toBe(words);
  });

  test("with a terminal", () => {
    expect(enter("ns1", true)).toBe("docker exec -it lab ip netns exec ns1");
    expect(enter("box1", true)).toBe("docker --host unix:///tmp/s exec -it demo-box1");
    expect(enter("host2", true)).toBe("docker exec -it machine vethlab-vm exec");
  });

  test("what has no name in the lab", () => {
    const engine: Place = { host: vm, kind: "engine" };
    expect(entering(engine).join(" ")).toBe("docker exec -i machine");
    const file: Place = { host: vm, kind: "namespace file", name: "/proc/7/ns/net" };
    expect(entering(file).slice(-2)).toEqual(["nsenter", "--net=/proc/7/ns/net"]);
  });
});

test("a host's engine is reached from this machine, over ssh from the machine there", () => {
  expect(topology.hosts.map((host) => engineCommand(host).join(" "))).toEqual([
    "docker",
    "docker --host unix:///tmp/s",
    "docker --host unix:///tmp/vm",
    "ssh machine docker",
  ]);
});
