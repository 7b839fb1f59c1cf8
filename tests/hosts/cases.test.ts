import { afterAll, expect, jest, test } from "@jest/globals";
import { CaseLabs } from "../cases/case-labs.ts";
import { tracesOf } from "../machine-state.ts";

/** What people met with other tools, each rebuilt as a lab. VETHLAB_TIMES=10 goes through each ten times in a row. */
const times = Number(process.env["VETHLAB_TIMES"] ?? 1);

jest.setTimeout(times * 900_000);

interface Step {
  config?: Record<string, string>;
  /** What is said where the lab is refused before anything is made. Default: one `up` makes it, and a second has nothing to do. */
  refused?: RegExp;
}

const steps = (setting: string, ...values: string[]): Step[] =>
  values.map((value) => ({ config: { [setting]: value } }));

const cases: Record<string, Step[]> = {
  "office-lan": [{}],
  "wan-link": [{}],
  "same-desk": [{ refused: /10\.4\.0\.1[^]*another/ }],
  "odd-names": [
    ...steps("kind", "plain", "longest"),
    { config: { kind: "case" }, refused: /DB/ },
    { config: { kind: "reserved" }, refused: /localhost/ },
    { config: { kind: "bridge" }, refused: /host/ },
  ],
  shop: steps("step", "first", "renamed", "moved", "swapped", "renumbered", "swapnets"),
  renames: [{}, ...steps("net", "office"), ...steps("web", "www")],
  "patch-panel": [{}, ...["tidyPlug", "tidyCable", "tidyRule"].flatMap((one) => steps(one, "true"))],
  leaver: [
    ...steps("what", "all", "noBox", "all", "noPlug"),
    { config: { what: "typo" }, refused: /did you mean \W*bob/i },
    ...steps("what", "all"),
  ],
  "mixed-swarm": [
    { config: { subnet: "172.18.0.0/16" }, refused: /172\.18\.0\.0\/16[^]*docker_gwbridge/ },
    ...steps("subnet", "172.28.0.0/16"),
  ],
};

const all = [...Object.keys(cases), "stale-wall"];
const labs = new CaseLabs(all);
const stackOf = (lab: string): string => `case-${lab}-${process.pid}`;

afterAll(() => labs.remove(...all.map(stackOf)));

async function expectGone(stack: string): Promise<void> {
  expect(await labs.vethlab("down", stack)).toMatchObject({ code: 0 });
  expect(await tracesOf(stack)).toEqual([]);
}

async function live(lab: string): Promise<void> {
  const stack = stackOf(lab);
  for (const { config = {}, refused } of cases[lab] ?? []) {
    const settings = Object.entries(config).flatMap((pair) => ["-c", pair.join("=")]);
    const { code, stdout, stderr } = await labs.vethlab("up", lab, "--stack", stack, ...settings, "--json");
    const what = { lab, config, code, stdout, stderr };
    if (refused !== undefined) {
      expect(what).toMatchObject({ code: 2, stdout: expect.stringMatching(refused) as unknown });
      continue;
    }
    expect(what).toMatchObject({ code: 0 });
    const again = await labs.vethlab("up", stack, "--json");
    expect({ lab, config, ...(JSON.parse(again.stdout) as object) }).toMatchObject({
      ok: true,
      repairs: [],
      changes: { same: expect.any(Number) as unknown },
    });
  }
  await expectGone(stack);
}

test.each(Object.keys(cases))(`%s, ${times} times`, async (lab) => {
  for (let time = 0; time < times; time += 1) await live(lab);
});

test(`stale-wall, ${times} times: open, and its far side at another address`, async () => {
  const stack = stackOf("stale-wall");
  const open = [
    "docker network disconnect blue cc; docker network connect --ip 172.21.0.9 blue cc",
    "iptables -I FORWARD -d 172.21.0.9 -j ACCEPT; iptables -I FORWARD -s 172.21.0.9 -j ACCEPT",
    "iptables -t raw -I PREROUTING -j ACCEPT",
  ].join("; ");
  for (let time = 0; time < times; time += 1) {
    expect(await labs.vethlab("up", "stale-wall", "--stack", stack)).toMatchObject({ code: 0 });
    await labs.vethlab("exec", stack, "host1", "--", "sh", "-c", open);
    const { code, stdout } = await labs.vethlab("verify", stack);
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: expect.stringContaining("cc is at 172.21.0.9 now") as unknown,
    });
    await expectGone(stack);
  }
});
