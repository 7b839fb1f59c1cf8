import { describe, expect, test } from "@jest/globals";
import { declare } from "./mocked.ts";
import { labHost } from "./lab-host.ts";

const lab = await import("../../components/index.ts");

const masquerade = { table: "nat", chain: "POSTROUTING", rule: "-s 172.17.0.0/16 -j MASQUERADE" } as const;

async function scripts(args: Omit<ConstructorParameters<typeof lab.IptablesRule>[1], "host">) {
  const found = await declare(() => {
    new lab.IptablesRule("rule", { host: labHost().host1, ...args });
  });
  const inputs = found.get("rule-rule")?.inputs;
  return { apply: String(inputs?.["create"]), undo: String(inputs?.["delete"]), inputs };
}

describe("IptablesRule", () => {
  test("table, chain, rule: on the lab host, looked for before it is added", async () => {
    const { apply, inputs } = await scripts(masquerade);
    expect(inputs?.["interpreter"]).toContain("vethlab-test-stack-host1");
    expect(apply).toContain("iptables --wait --table nat --check POSTROUTING -s 172.17.0.0/16 -j MASQUERADE");
    expect(apply).toContain(
      "[ $was = there ] || iptables --wait --table nat --append POSTROUTING -s 172.17.0.0/16 -j MASQUERADE",
    );
  });

  test("table: filter unless said otherwise", async () => {
    expect((await scripts({ chain: "FORWARD", rule: "-j DROP" })).apply).toContain(
      "--table filter --append FORWARD",
    );
  });

  test.each([
    ["append", "--append POSTROUTING -s"],
    ["insert", "--insert POSTROUTING -s"],
    [3, "--insert POSTROUTING 3 -s"],
  ] as const)("position %s", async (position, words) => {
    expect((await scripts({ ...masquerade, position })).apply).toContain(words);
  });

  test("present false: taken out as often as it stands", async () => {
    const { apply } = await scripts({ ...masquerade, present: false });
    expect(apply).toContain("while stands; do iptables --wait --table nat --delete POSTROUTING");
    expect(apply).not.toContain("--append");
  });

  test("undo brings back what was found", async () => {
    const { apply, undo } = await scripts(masquerade);
    expect(apply).toContain('echo "$was" >/var/lib/vethlab-found/rule-rule');
    expect(undo).toMatch(/there\) stands \|\| iptables .*--append POSTROUTING/);
    expect(undo).toMatch(/absent\) while stands; do iptables .*--delete POSTROUTING/);
    expect(undo).toContain("rm -f /var/lib/vethlab-found/rule-rule");
  });

  test("another rule replaces it", async () => {
    const { inputs } = await scripts(masquerade);
    expect(inputs?.["triggers"]).toContain('["nat","POSTROUTING","-s 172.17.0.0/16 -j MASQUERADE","append"]');
  });
});

describe("IptablesPolicy", () => {
  test("table, chain, policy; undo brings back the policy that was found", async () => {
    const found = await declare(() => {
      const { host1 } = labHost();
      new lab.IptablesPolicy("forward", { host: host1, chain: "FORWARD", policy: "DROP" });
      new lab.IptablesPolicy("output", { host: host1, table: "mangle", chain: "OUTPUT", policy: "ACCEPT" });
    });
    const forward = found.get("forward-policy")?.inputs;
    expect(forward?.["create"]).toContain("iptables --wait --table filter --policy FORWARD DROP");
    expect(forward?.["create"]).toContain('echo "$was" >/var/lib/vethlab-found/policy-forward');
    expect(forward?.["delete"]).toContain("iptables --wait --table filter --policy FORWARD $was");
    expect(found.get("output-policy")?.inputs["create"]).toContain(
      "iptables --wait --table mangle --policy OUTPUT ACCEPT",
    );
  });
});
