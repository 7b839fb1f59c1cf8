import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { ping } from "../../../checks/claims.ts";
import { addressesOf, Topology, topologySchema } from "../../../topology/document.ts";

const document: Topology = {
  version: 1,
  stack: "user-bridge",
  lab: "user-bridge",
  hosts: [{ name: "host1", kind: "container", container: "vethlab-user-bridge-host1" }],
  networks: [{ name: "my-bridge", driver: "bridge", host: "host1", subnet: "172.18.0.0/16" }],
  nodes: [
    {
      name: "box1",
      kind: "container",
      host: "host1",
      container: "box1",
      interfaces: [
        { network: "my-bridge", address: "172.18.0.2", prefixLength: 16, mac: "02:42:ac:12:00:02" },
        { network: "bridge", address: "172.17.0.2", prefixLength: 16 },
      ],
    },
  ],
  claims: [ping("box1", "box1")],
  drills: [],
};

test("the published schema is that of the document; `npm run schema` writes it anew", () => {
  const published: unknown = JSON.parse(
    readFileSync(new URL("../../../topology/schema.json", import.meta.url), "utf8"),
  );
  expect(published).toEqual(topologySchema());
});

test("a document is read as it was written", () => {
  expect(Topology.parse(JSON.parse(JSON.stringify(document)))).toEqual(document);
});

test("what is no document is refused", () => {
  expect(() => Topology.parse({ ...document, version: 2 })).toThrow("version");
  expect(() => Topology.parse({ ...document, unknown: true })).toThrow("unknown");
});

test("addresses: node, network, where it is reached", () => {
  expect(addressesOf(document)).toEqual({
    box1: {
      "my-bridge": { address: "172.18.0.2", prefixLength: 16, mac: "02:42:ac:12:00:02" },
      bridge: { address: "172.17.0.2", prefixLength: 16 },
    },
  });
});
