import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  addressAt,
  addressNumber,
  contains,
  isSubnet,
  parseSubnet,
  type Subnet,
} from "../../../topology/addresses.ts";
import { handOutRange } from "../../../topology/hand-out.ts";

const known = (cidr: string): Subnet => {
  const subnet = parseSubnet(cidr);
  if (!isSubnet(subnet)) throw new Error(cidr);
  return subnet;
};

function rangeIn(cidr: string, fixed: string[], count: number): string | undefined {
  const subnet = known(cidr);
  const unusable = [subnet.start, subnet.start + 1n, subnet.end];
  return handOutRange(subnet, { fixed: fixed.map(addressNumber), unusable, count });
}

test.each([
  ["172.28.5.0/24", ["172.28.5.2"], 3, "172.28.5.128/25"],
  ["172.28.5.0/24", ["172.28.5.200"], 3, "172.28.5.0/25"],
  ["172.28.5.0/24", ["172.28.5.2", "172.28.5.200"], 3, "172.28.5.64/26"],
  ["172.28.5.0/24", ["172.28.5.2"], 126, "172.28.5.128/25"],
  ["172.28.5.0/24", ["172.28.5.200"], 127, undefined],
  ["172.28.5.0/29", ["172.28.5.3"], 3, "172.28.5.4/30"],
  ["172.28.5.0/29", ["172.28.5.3"], 4, undefined],
  ["172.28.5.0/29", ["172.28.5.2", "172.28.5.3", "172.28.5.6"], 2, "172.28.5.4/31"],
  ["172.28.5.0/30", ["172.28.5.2"], 1, undefined],
])("%s beside %j for %d: %s", (cidr, fixed, count, range) => {
  expect(rangeIn(cidr, fixed, count)).toBe(range);
});

test("a range lies in the subnet, has none of the fixed addresses, and room for all", () => {
  const lab = fc
    .tuple(fc.integer({ min: 16, max: 29 }), fc.array(fc.nat(65_534)), fc.integer({ min: 1, max: 300 }))
    .map(([prefix, offsets, count]) => {
      const subnet = known(`172.16.0.0/${prefix}`);
      const size = subnet.end - subnet.start + 1n;
      return { subnet, fixed: offsets.map((offset) => subnet.start + (BigInt(offset) % size)), count };
    });
  fc.assert(
    fc.property(lab, ({ subnet, fixed, count }) => {
      const unusable = [subnet.start, subnet.start + 1n, subnet.end];
      const found = handOutRange(subnet, { fixed, unusable, count });
      if (found === undefined) return true;
      const range = known(found);
      const within = (address: bigint) => contains(range, addressAt(address));
      const room = range.end - range.start + 1n - BigInt(unusable.filter(within).length);
      return (
        contains(subnet, addressAt(range.start)) &&
        contains(subnet, addressAt(range.end)) &&
        !fixed.some(within) &&
        room >= BigInt(count)
      );
    }),
  );
});
