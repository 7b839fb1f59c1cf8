import { describe, expect, test } from "@jest/globals";
import { declare, type Declared, made } from "./mocked.ts";
import { run } from "./ran.ts";
import { labHost } from "./lab-host.ts";

const lab = await import("../../components/index.ts");

const masquerade = { table: "nat", chain: "POSTROUTING", rule: "-s 172.17.0.0/16 -j MASQUERADE" } as const;

async function ruleOf(args: Omit<ConstructorParameters<typeof lab.IptablesRule>[1], "host">) {
  const found = await declare(() => {
    new lab.IptablesRule("rule", { host: labHost().host1, ...args });
  });
  return kept(made(found, "rule-rule"));
}

/** A command that keeps what it finds in the folder in which it runs. */
function kept({ inputs, ...more }: Declared): Declared {
  const environment = inputs["environment"] as Record<string, string>;
  expect(environment["FOUND"]).toMatch(/^\/var\/lib\/vethlab-found\//);
  return { ...more, inputs: { ...inputs, environment: { ...environment, FOUND: "found/it" } } };
}

/** Answers of iptables where the rule does not stand. */
const absent = 'case "$*" in *--check*) exit 1 ;; esac';

// What was found, and undo, are tested with a kernel: live/iptables.test.ts
describe("IptablesRule", () => {
  test("table, chain, rule: on the lab host, looked for before it is added", async () => {
    const rule = await ruleOf(masquerade);
    expect(rule.inputs["interpreter"]).toContain("vethlab-test-stack-host1");
    const check = "iptables --wait --table nat --check POSTROUTING -s 172.17.0.0/16 -j MASQUERADE";
    expect((await run(rule, "create", absent)).calls).toEqual([check, check.replace("--check", "--append")]);
    expect((await run(rule)).calls).toEqual([check]);
  });

  test("table: filter unless said otherwise", async () => {
    const { calls } = await run(await ruleOf({ chain: "FORWARD", rule: "-j DROP" }), "create", absent);
    expect(calls.at(-1)).toContain("--table filter --append FORWARD");
  });

  test("what is in quotes is one word", async () => {
    const rule = `-m comment --comment "it's mine" -j DROP`;
    const { calls } = await run(await ruleOf({ chain: "FORWARD", rule }), "create", absent);
    expect(calls.at(-1)).toContain("--comment it\\'s\\ mine -j DROP");
  });

  test.each([
    ["append", "--append POSTROUTING -s"],
    ["insert", "--insert POSTROUTING -s"],
    [3, "--insert POSTROUTING 3 -s"],
  ] as const)("position %s", async (position, words) => {
    const { calls } = await run(await ruleOf({ ...masquerade, position }), "create", absent);
    expect(calls.at(-1)).toContain(words);
  });

  test("present false: nothing is added, and nothing taken out that does not stand", async () => {
    const { calls } = await run(await ruleOf({ ...masquerade, present: false }), "create", absent);
    expect(calls.every((call) => call.includes("--check"))).toBe(true);
  });

  test("a rule that iptables does not understand is told in its words", async () => {
    const wrong = await run(await ruleOf(masquerade), "create", "echo Bad argument; exit 2");
    expect(wrong).toMatchObject({ exitCode: 2, stderr: "Bad argument", files: [] });
  });

  test("another rule replaces it", async () => {
    const { inputs } = await ruleOf(masquerade);
    expect(inputs["triggers"]).toContain('["nat","POSTROUTING","-s 172.17.0.0/16 -j MASQUERADE","append"]');
  });
});

describe("IptablesPolicy", () => {
  test("table, chain, policy", async () => {
    const found = await declare(() => {
      const { host1 } = labHost();
      new lab.IptablesPolicy("forward", { host: host1, chain: "FORWARD", policy: "DROP" });
      new lab.IptablesPolicy("output", { host: host1, table: "mangle", chain: "OUTPUT", policy: "ACCEPT" });
    });
    const forward = await run(kept(made(found, "forward-policy")), "create", "echo -P FORWARD ACCEPT");
    expect(forward.calls).toEqual([
      "iptables --wait --table filter --list-rules FORWARD",
      "iptables --wait --table filter --policy FORWARD DROP",
    ]);
    expect(forward.files).toEqual(["found", "owners"]);
    const output = await run(kept(made(found, "output-policy")), "create", "echo -P OUTPUT DROP");
    expect(output.calls.at(-1)).toBe("iptables --wait --table mangle --policy OUTPUT ACCEPT");
  });
});
