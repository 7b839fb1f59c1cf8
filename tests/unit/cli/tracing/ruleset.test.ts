import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  existingChains,
  HOOKS,
  readRuleset,
  ruleOf,
  TABLES,
  tracingPoints,
} from "../../../../cli/tracing/ruleset.ts";

/** As `iptables -vv -S` of iptables 1.8.9 writes, cut down to what `rulesetScript` lets through. */
const LISTED = `*filter
ip filter FORWARD 394
ip filter FORWARD 391 394
ip filter FORWARD 14 391
ip filter DOCKER-USER 8
-P INPUT ACCEPT -c 0 0
-P FORWARD DROP -c 7 588
-N DOCKER-USER
-A FORWARD -c 66 3912 -j DOCKER-USER
-A FORWARD -m comment --comment vethlab-trace -c 1 84 -j TRACE
-A FORWARD ! -i docker0 -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -c 50 3024 -j ACCEPT
-A DOCKER-USER -c 3452 212528 -j RETURN
*nat
ip nat POSTROUTING 3
-P POSTROUTING ACCEPT -c 0 0
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -c 19 1038 -j MASQUERADE`;

describe("readRuleset", () => {
  const ruleset = readRuleset(LISTED, []);

  test("numbers rules as iptables does without the rules for tracing, each with its handle and counter", () => {
    expect(ruleset.get("filter")?.get("FORWARD")).toEqual({
      policy: "DROP",
      policyPackets: 7,
      rules: [
        { number: 1, handle: 394, text: "-j DOCKER-USER", packets: 66 },
        {
          number: 2,
          handle: 14,
          text: "! -i docker0 -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
          packets: 50,
        },
      ],
    });
    expect(ruleset.get("filter")?.get("DOCKER-USER")?.rules).toEqual([
      { number: 1, handle: 8, text: "-j RETURN", packets: 3452 },
    ]);
  });

  test("finds a rule by the handle that the kernel names it by, in its table", () => {
    const called = (table: string, chain: string, handle: number) =>
      ruleOf(ruleset, { table, chain, handle })?.text;
    expect(called("nat", "POSTROUTING", 3)).toBe("-s 172.17.0.0/16 ! -o docker0 -j MASQUERADE");
    expect(called("nat", "POSTROUTING", 4)).toBeUndefined();
    expect(called("filter", "FORWARD", 3)).toBeUndefined();
    expect(called("mangle", "FORWARD", 3)).toBeUndefined();
  });

  test("without handles, as iptables 1.8.7 lists, knows a rule that was met by its text, and equal ones by their order", () => {
    const listed = `*filter
-P FORWARD ACCEPT -c 0 0
-A FORWARD -c 7 588 -j DOCKER-USER
-A FORWARD -i docker0 -c 1 84 -j ACCEPT
-A FORWARD -c 6 504 -j DOCKER-USER
-A FORWARD -c 0 0 -j DOCKER-USER
-N DOCKER-USER
-A DOCKER-USER -c 13 1092 -j RETURN`;
    const rule = (chain: string, handle: number, text: string) => ({ table: "filter", chain, handle, text });
    const [first, second] = [rule("FORWARD", 31, "-j DOCKER-USER"), rule("FORWARD", 12, "-j DOCKER-USER")];
    const returned = rule("DOCKER-USER", 8, "-j RETURN");
    const old = readRuleset(listed, [first, returned, second, returned, rule("FORWARD", 5, "-j DOCKER")]);
    expect(ruleOf(old, first)).toMatchObject({ number: 1, packets: 7 });
    expect(ruleOf(old, second)).toMatchObject({ number: 3, packets: 6 });
    expect(ruleOf(old, returned)).toMatchObject({ number: 1, packets: 13 });
    expect(
      old
        .get("filter")
        ?.get("FORWARD")
        ?.rules.map(({ handle }) => handle),
    ).toEqual([31, undefined, 12, undefined]);
  });

  test("nothing is nothing", () => {
    expect(readRuleset("", []).size).toBe(0);
  });
});

describe("tracingPoints", () => {
  const points = (...chains: string[]): string[] =>
    tracingPoints(new Set(chains)).map(({ table, chain }) => `${table} ${chain}`);

  test("are in the first table that has the first hooks of a way", () => {
    expect(
      points("nat PREROUTING", "nat OUTPUT", "nat POSTROUTING", "filter FORWARD", "filter OUTPUT"),
    ).toEqual(["nat PREROUTING", "nat OUTPUT"]);
    expect(points("raw PREROUTING", "nat PREROUTING", "nat OUTPUT")).toEqual([
      "raw PREROUTING",
      "nat OUTPUT",
    ]);
  });

  test("are further on where there is no chain at the first hook", () => {
    expect(points("filter INPUT", "filter FORWARD", "filter OUTPUT")).toEqual([
      "filter INPUT",
      "filter FORWARD",
      "filter OUTPUT",
    ]);
    expect(points("nat POSTROUTING")).toEqual(["nat POSTROUTING"]);
    expect(points()).toEqual([]);
  });

  test("are chains that exist, and miss none of a packet's way", () => {
    const all = TABLES.flatMap((table) => HOOKS.map((hook) => `${table} ${hook}`));
    // each way of a packet through a namespace, by its hooks
    const ways = [
      ["PREROUTING", "INPUT"],
      ["PREROUTING", "FORWARD", "POSTROUTING"],
      ["OUTPUT", "POSTROUTING"],
    ];
    fc.assert(
      fc.property(fc.subarray(all), (chains) => {
        const chosen = points(...chains);
        expect(chains).toEqual(expect.arrayContaining(chosen));
        for (const way of ways) {
          const met = way.flatMap((hook) => TABLES.map((table) => `${table} ${hook}`));
          const first = met.find((chain) => chains.includes(chain));
          if (first !== undefined) expect(chosen).toContain(first);
        }
      }),
    );
  });
});

test("existingChains are those that iptables-save lists with a policy", () => {
  expect(
    existingChains("*nat\n:PREROUTING ACCEPT [0:0]\n:DOCKER - [0:0]\n*filter\n:FORWARD DROP [1:2]"),
  ).toEqual(new Set(["nat PREROUTING", "filter FORWARD"]));
});
