import { expect, test } from "@jest/globals";
import { overlap } from "../../../topology/addresses.ts";
import { LabError } from "../../../topology/problems.ts";
import {
  CHOSEN_UNDERLAY,
  overlappingUnderlay,
  SUBNETS_VARIABLE,
  subnetsToAvoid,
  underlayCandidates,
  underlaySubnet,
} from "../../../topology/underlay.ts";

const nothing = { networksInUse: [] };

test("a subnet that is asked for is taken as it is", () => {
  expect(underlaySubnet({ stack: "overlay-etcd" }, nothing, "192.168.33.0/24")).toBe("192.168.33.0/24");
});

test("a stack keeps the subnet that it has", () => {
  const machine = {
    networksInUse: [{ name: "vethlab-a-underlay", subnet: "192.168.99.0/24", owner: "a" }],
  };
  expect(underlaySubnet({ stack: "a" }, machine)).toBe("192.168.99.0/24");
});

test("the customary one is taken where it is free", () => {
  const customary = "192.168.33.0/24";
  const lan = { name: "lan", subnet: "192.168.33.128/25" };
  expect(underlaySubnet({ stack: "a" }, nothing, undefined, customary)).toBe(customary);
  expect(underlaySubnet({ stack: "a" }, nothing, "10.1.0.0/24", customary)).toBe("10.1.0.0/24");
  const chosen = underlaySubnet({ stack: "a" }, { networksInUse: [lan] }, undefined, customary);
  expect(chosen).toBe(underlaySubnet({ stack: "a" }, nothing));
  const own = { name: "vethlab-a-underlay", subnet: chosen, owner: "a" };
  expect(underlaySubnet({ stack: "a" }, { networksInUse: [own] }, undefined, customary)).toBe(chosen);
});

test("another stack is given a free one", () => {
  const chosen = underlaySubnet({ stack: "a" }, nothing);
  const machine = { networksInUse: [{ name: "lan", subnet: chosen }] };
  const other = underlaySubnet({ stack: "a" }, machine);
  expect(overlap(chosen, other)).toBe(false);
});

test("it overlaps no subnet that is known of the lab, whatever the stack is called", () => {
  const subnetsOfLab = ["192.168.96.0/20", "192.168.33.0/24"];
  for (let nth = 0; nth < 300; nth += 1) {
    const chosen = underlaySubnet(
      { stack: `stack-${nth}` },
      { ...nothing, subnetsOfLab },
      undefined,
      "192.168.33.0/24",
    );
    expect(underlayCandidates).toContain(chosen);
    expect(subnetsOfLab.filter((subnet) => overlap(subnet, chosen))).toEqual([]);
  }
  expect(underlaySubnet({ stack: "a" }, { ...nothing, subnetsOfLab }, "192.168.96.0/24")).toBe(
    "192.168.96.0/24",
  );
});

test("one that the stack has already gives way to a subnet that the lab is given", () => {
  const networksInUse = [{ name: "vethlab-a-underlay", subnet: "192.168.99.0/24", owner: "a" }];
  expect(underlaySubnet({ stack: "a" }, { networksInUse, subnetsOfLab: ["192.168.96.0/20"] })).not.toBe(
    "192.168.99.0/24",
  );
  expect(underlaySubnet({ stack: "a" }, { networksInUse, subnetsOfLab: ["192.168.0.0/20"] })).toBe(
    "192.168.99.0/24",
  );
});

test("where 192.168 is the lab's, it is one of the range for tests of network devices", () => {
  const chosen = underlaySubnet({ stack: "a" }, { ...nothing, subnetsOfLab: ["192.168.0.0/16"] });
  expect(chosen).toMatch(/^198\.1[89]\.\d+\.0\/24$/);
  const subnetsOfLab = ["192.168.0.0/16", chosen];
  expect(underlaySubnet({ stack: "a" }, { ...nothing, subnetsOfLab })).toMatch(/^198\.1[89]\.\d+\.0\/24$/);
  expect(underlaySubnet({ stack: "a" }, { ...nothing, subnetsOfLab })).not.toBe(chosen);
});

test("the lab's subnets that overlap the chosen one are read from what a program is refused with", () => {
  const problem = (subnet: string, owner: string) => ({
    place: "networks.lan.subnet",
    value: subnet,
    allowed: `overlaps 192.168.98.0/24 of ${owner}`,
    fix: "use 172.18.0.0/16, which is free",
  });
  const { message } = new LabError([
    problem("192.168.96.0/20", CHOSEN_UNDERLAY),
    problem("192.168.98.0/25", "docker0 of host1"),
    problem("192.168.0.0/16", CHOSEN_UNDERLAY),
  ]);
  expect(overlappingUnderlay(`vethlab: ${message}\n`)).toEqual(["192.168.96.0/20", "192.168.0.0/16"]);
  expect(overlappingUnderlay(new LabError([problem("192.168.96.0/20", "the underlay")]).message)).toEqual([]);
});

test("a program is told subnets by its environment", () => {
  expect(subnetsToAvoid({})).toEqual([]);
  expect(subnetsToAvoid({ [SUBNETS_VARIABLE]: "192.168.96.0/20 10.0.0.0/8" })).toEqual([
    "192.168.96.0/20",
    "10.0.0.0/8",
  ]);
});

test("stacks that start at the same time look in different places", () => {
  expect(underlaySubnet({ stack: "left" }, nothing)).not.toBe(underlaySubnet({ stack: "right" }, nothing));
});
