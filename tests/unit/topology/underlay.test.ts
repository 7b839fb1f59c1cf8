import { expect, test } from "@jest/globals";
import { overlap } from "../../../topology/addresses.ts";
import { underlaySubnet } from "../../../topology/underlay.ts";

const nothing = { networksInUse: [] };

test("a subnet that is asked for is taken as it is", () => {
  expect(underlaySubnet("overlay-etcd", nothing, "192.168.33.0/24")).toBe("192.168.33.0/24");
});

test("a stack keeps the subnet that it has", () => {
  const machine = {
    networksInUse: [{ name: "vethlab-a-underlay", subnet: "192.168.99.0/24", owner: "a" }],
  };
  expect(underlaySubnet("a", machine)).toBe("192.168.99.0/24");
});

test("the customary one is taken where it is free", () => {
  const customary = "192.168.33.0/24";
  const lan = { name: "lan", subnet: "192.168.33.128/25" };
  expect(underlaySubnet("a", nothing, undefined, customary)).toBe(customary);
  expect(underlaySubnet("a", nothing, "10.1.0.0/24", customary)).toBe("10.1.0.0/24");
  const chosen = underlaySubnet("a", { networksInUse: [lan] }, undefined, customary);
  expect(chosen).toBe(underlaySubnet("a", nothing));
  const own = { name: "vethlab-a-underlay", subnet: chosen, owner: "a" };
  expect(underlaySubnet("a", { networksInUse: [own] }, undefined, customary)).toBe(chosen);
});

test("another stack is given a free one", () => {
  const chosen = underlaySubnet("a", nothing);
  const machine = { networksInUse: [{ name: "lan", subnet: chosen }] };
  const other = underlaySubnet("a", machine);
  expect(overlap(chosen, other)).toBe(false);
});

test("stacks that start at the same time look in different places", () => {
  expect(underlaySubnet("left", nothing)).not.toBe(underlaySubnet("right", nothing));
});
