import { afterEach, expect, test } from "@jest/globals";
import { makeUnderlayGiveWay } from "../../../cli/giving-way.ts";
import { LabError } from "../../../topology/problems.ts";
import { CHOSEN_UNDERLAY, SUBNETS_VARIABLE } from "../../../topology/underlay.ts";

afterEach(() => {
  Reflect.deleteProperty(process.env, SUBNETS_VARIABLE);
});

const refusedFor = (subnet: string): string =>
  new LabError([
    { place: "p", value: subnet, allowed: `overlaps 192.168.98.0/24 of ${CHOSEN_UNDERLAY}`, fix: "f" },
  ]).message;

test("the next run is told each subnet that has overlapped the chosen underlay", () => {
  expect(makeUnderlayGiveWay(refusedFor("192.168.96.0/20"))).toBe(true);
  expect(makeUnderlayGiveWay(refusedFor("192.168.0.0/16"))).toBe(true);
  expect(process.env[SUBNETS_VARIABLE]).toBe("192.168.96.0/20 192.168.0.0/16");
});

test("a run that was told already, or has failed for another cause, is not repeated", () => {
  expect(makeUnderlayGiveWay(refusedFor("192.168.96.0/20"))).toBe(true);
  expect(makeUnderlayGiveWay(refusedFor("192.168.96.0/20"))).toBe(false);
  expect(makeUnderlayGiveWay("Pool overlaps with other one on this address space")).toBe(false);
});
