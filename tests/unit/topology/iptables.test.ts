import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { normalRule, policyProblems, ruleProblems } from "../../../topology/iptables.ts";

const good = {
  table: "nat",
  chain: "POSTROUTING",
  rule: "-s 172.17.0.0/16 -j MASQUERADE",
  position: "append",
};

describe("ruleProblems", () => {
  test.each([
    {},
    { chain: "DOCKER", rule: "! -i docker0 -p tcp --dport 8081 -j DNAT --to-destination 172.17.0.3:80" },
    { rule: '-m comment --comment "two words" -j ACCEPT' },
    { position: "insert" },
    { position: 2 },
  ])("nothing wrong with %j", (change) => {
    expect(ruleProblems({ ...good, ...change })).toEqual([]);
  });

  test.each([
    [{ table: "nta" }, "table", 'did you mean "nat"?'],
    [{ chain: "POST ROUTING" }, "chain", "for example POSTROUTING"],
    [{ chain: "" }, "chain", "for example POSTROUTING"],
    [{ chain: "x".repeat(29) }, "chain", "for example POSTROUTING"],
    [{ rule: "-t nat -j ACCEPT" }, "rule", "write what follows the chain: -s 172.17.0.0/16 -j MASQUERADE"],
    [{ rule: "-s 172.17.0.0/16" }, "rule", "for example -s 172.17.0.0/16 -j MASQUERADE"],
    [{ rule: "-j ACCEPT; reboot" }, "rule", "for example -s 172.17.0.0/16 -j MASQUERADE"],
    [{ position: "first" }, "position", "leave it out to append"],
    [{ position: 0 }, "position", "leave it out to append"],
  ])("%j", (change, part, fix) => {
    expect(ruleProblems({ ...good, ...change })).toEqual([expect.objectContaining({ part, fix })]);
  });
});

test("only the kernel's own chains have a policy", () => {
  expect(policyProblems("filter", "FORWARD")).toEqual([]);
  expect(policyProblems("nat", "FORWARD")).toMatchObject([{ part: "chain" }]);
  expect(policyProblems("filter", "FOWARD")).toMatchObject([
    { part: "chain", fix: 'did you mean "FORWARD"?' },
  ]);
  expect(policyProblems("filtr", "FORWARD")).toMatchObject([{ part: "table" }]);
});

describe("normalRule", () => {
  test.each([
    ["-p tcp -m tcp --dport 80 -j ACCEPT", "-p tcp --dport 80 -j ACCEPT"],
    ["-s 10.0.0.1/32 ! -d 10.0.0.2/32 -j ACCEPT", "-s 10.0.0.1 ! -d 10.0.0.2 -j ACCEPT"],
    ["-i  docker0   -j RETURN ", "-i docker0 -j RETURN"],
  ])("%s is %s", (a, b) => {
    expect(normalRule(a)).toBe(normalRule(b));
  });

  test.each([
    ["-p tcp --dport 80 -j ACCEPT", "-p tcp --dport 81 -j ACCEPT"],
    ["-s 10.0.0.0/24 -j ACCEPT", "-s 10.0.0.0 -j ACCEPT"],
    ["-i docker0 -j ACCEPT", "! -i docker0 -j ACCEPT"],
  ])("%s is not %s", (a, b) => {
    expect(normalRule(a)).not.toBe(normalRule(b));
  });

  test("what is in normal form stays", () => {
    const word = fc.constantFrom(
      "-s",
      "-d",
      "10.0.0.1",
      "10.0.0.0/8",
      "!",
      "-p",
      "tcp",
      "-m",
      "-j",
      "ACCEPT",
      "  ",
    );
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const once = normalRule(words.join(" "));
        expect(normalRule(once)).toBe(once);
      }),
    );
  });
});
