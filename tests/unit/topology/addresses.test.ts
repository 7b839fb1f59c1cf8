import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  addressAt,
  addressNumber,
  contains,
  firstFree,
  isAddress,
  isSubnet,
  nthAddress,
  overlap,
  parseSubnet,
  subnetOf,
} from "../../../topology/addresses.ts";

const address = fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((number) => addressAt(BigInt(number)));
const prefix = fc.integer({ min: 0, max: 32 });

test("an address and its number are one", () => {
  fc.assert(fc.property(address, (text) => addressAt(addressNumber(text)) === text));
});

test("the subnet of an address is a subnet that contains it", () => {
  fc.assert(
    fc.property(address, prefix, (ip, length) => {
      const subnet = parseSubnet(subnetOf(`${ip}/${length}`) ?? "");
      return isSubnet(subnet) && contains(subnet, ip);
    }),
  );
});

test("a CIDR with host bits set is refused with the CIDR that was meant", () => {
  fc.assert(
    fc.property(address, prefix, (ip, length) => {
      const meant = subnetOf(`${ip}/${length}`) ?? "";
      const parsed = parseSubnet(`${ip}/${length}`);
      return isSubnet(parsed) ? parsed.cidr === meant : parsed.fix === `write ${meant}`;
    }),
  );
});

test("any text is either a subnet or told apart with a reason and a fix", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const parsed = parseSubnet(text);
      return isSubnet(parsed) || (parsed.reason !== "" && parsed.fix !== "");
    }),
  );
});

test("overlap is symmetric, and holds for a subnet and what lies in it", () => {
  fc.assert(
    fc.property(address, prefix, prefix, (ip, a, b) => {
      const [outer, inner] = [
        subnetOf(`${ip}/${Math.min(a, b)}`) ?? "",
        subnetOf(`${ip}/${Math.max(a, b)}`) ?? "",
      ];
      return overlap(outer, inner) && overlap(inner, outer);
    }),
  );
});

test("the first free subnet overlaps none that is taken", () => {
  expect(firstFree(["172.18.0.0/16", "172.19.0.0/16"], ["172.18.3.0/24"])).toBe("172.19.0.0/16");
  expect(firstFree(["172.18.0.0/16"], ["172.16.0.0/12"])).toBeUndefined();
});

test("the n-th address of a subnet", () => {
  const subnet = parseSubnet("192.168.33.0/24");
  expect(isSubnet(subnet) && nthAddress(subnet, 10)).toBe("192.168.33.10");
});

test.each(["203.0.113.256", "a.example", "10.0.x.1", "1.2.3", "", "10.0.0.1/8"])(
  "%p is no address",
  (text) => {
    expect(isAddress(text)).toBe(false);
  },
);
