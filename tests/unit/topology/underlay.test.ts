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

test("another stack is given a free one", () => {
  const chosen = underlaySubnet("a", nothing);
  const machine = { networksInUse: [{ name: "lan", subnet: chosen }] };
  const other = underlaySubnet("a", machine);
  expect(overlap(chosen, other)).toBe(false);
});

test("stacks that start at the same time look in different places", () => {
  expect(underlaySubnet("left", nothing)).not.toBe(underlaySubnet("right", nothing));
});
