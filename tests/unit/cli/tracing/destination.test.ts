import { describe, expect, test } from "@jest/globals";
import { readDestination } from "../../../../cli/tracing/destination.ts";
import { watchPlaces } from "../../../../cli/tracing/survey.ts";
import { labWith } from "../../checks/lab.ts";

const lab = labWith();
const to = (text: string, from = "box1") => readDestination(lab, from, text);

describe("readDestination", () => {
  test("reads a node, a node on a network, an address, each with a port or without", () => {
    expect(to("box2")).toEqual({ node: "box2", address: "172.18.0.3" });
    expect(to("box2:80")).toEqual({ node: "box2", address: "172.18.0.3", port: 80 });
    expect(to("box3@bridge:8080")).toEqual({ node: "box3", address: "172.17.0.2", port: 8080 });
    expect(to("172.17.0.2")).toEqual({ node: "box3", address: "172.17.0.2" });
    expect(to("203.0.113.10:53")).toEqual({ address: "203.0.113.10", port: 53 });
  });

  test("a node that has joined another has the other's address", () => {
    expect(to("joined")).toEqual({ node: "joined", address: "172.17.0.2" });
  });

  test("says what is wrong, and what was meant", () => {
    expect(() => to("bxo2")).toThrow('did you mean "box2"?');
    expect(() => to("box2@bridge")).toThrow('did you mean "box2@my-bridge"?');
    for (const port of ["box2:", "box2:0", "box2:65536"]) expect(() => to(port)).toThrow("from 1 to 65535");
    expect(() => to("box2:http")).toThrow('no node "box2:http"');
  });
});

test("nothing is traced where that would touch this machine's own firewall or network", () => {
  const local = { ...lab, hosts: [{ name: "host1", kind: "local" as const }] };
  expect(() => watchPlaces(local, ["box1", "box2"])).toThrow("which vethlab never touches");
  const beside = { ...lab, hosts: [...lab.hosts, { name: "local", kind: "local" as const }] };
  expect(() => watchPlaces(beside, ["box1", "local"])).toThrow('"local" is this machine itself');
});
