import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { execa } from "execa";
import { imageReference } from "../../images/recipe.ts";
import { STACK_LABEL } from "../../topology/labels.ts";
import { labEnvironment } from "../../toolchain/environment.ts";
import { declare, made } from "../components/mocked.ts";
import { labHost } from "../components/lab-host.ts";
import { type Ended, vethlab } from "./vethlab.ts";

const lab = await import("../../components/index.ts");

jest.setTimeout(60_000);

/** Longest time of what builds a lab, or changes one twice. */
const LIMIT_MS = 180_000;

/** A container with iptables and a network of its own; what IptablesRule and IptablesPolicy run on a lab host runs here. */
const container = `iptables-live-${process.pid}`;

interface Scripts {
  apply: string[];
  undo: string[];
}

/** Runs a command there; a text is one of bash. */
async function on(
  command: string | string[],
): Promise<{ exitCode?: number | undefined; stdout: string; stderr: string }> {
  const words = typeof command === "string" ? ["bash", "-c", command] : command;
  return execa("docker", ["exec", container, ...words], { env: await labEnvironment(), reject: false });
}

async function rules(table = "filter"): Promise<string[]> {
  const { stdout } = await on(`iptables-save --table ${table}`);
  return stdout
    .split("\n")
    .filter((line) => /^[:-]/.test(line))
    .map((line) => line.replace(/ \[.*/, ""));
}

async function scriptsOf(
  program: (host: ReturnType<typeof labHost>["host1"]) => void,
  name: string,
): Promise<Scripts> {
  const found = await declare(() => {
    program(labHost().host1);
  });
  const { interpreter, environment, ...words } = made(found, name).inputs as {
    interpreter: string[];
    environment: Record<string, string>;
    create: string;
    delete: string;
  };
  const script = [
    "env",
    ...Object.entries(environment).map((pair) => pair.join("=")),
    ...interpreter.slice(-5),
  ];
  return { apply: [...script, words.create], undo: [...script, words.delete] };
}

function ruleScripts(
  args: Omit<ConstructorParameters<typeof lab.IptablesRule>[1], "host">,
): Promise<Scripts> {
  return scriptsOf((host) => {
    new lab.IptablesRule("r", { host, ...args });
  }, "r-rule");
}

beforeAll(async () => {
  const words = [
    "run",
    "--detach",
    "--name",
    container,
    "--label",
    `${STACK_LABEL}=${container}`,
    "--cap-add",
    "NET_ADMIN",
  ];
  await execa("docker", [...words, "--entrypoint", "vethlab-idle", imageReference("host")], {
    env: await labEnvironment(),
  });
});

afterAll(async () => {
  await execa("docker", ["rm", "--force", "--volumes", container], { env: await labEnvironment() });
});

describe("IptablesRule", () => {
  const drop = "-A FORWARD -s 10.9.0.0/16 -j DROP";
  const args = { chain: "FORWARD", rule: "-s 10.9.0.0/16 -j DROP" } as const;

  test("is added once, however often it is applied, and goes again", async () => {
    const before = await rules();
    const { apply, undo } = await ruleScripts(args);
    for (let time = 0; time < 2; time += 1) {
      expect(await on(apply)).toMatchObject({ exitCode: 0 });
      expect((await rules()).filter((line) => line === drop)).toHaveLength(1);
    }
    expect(await on(undo)).toMatchObject({ exitCode: 0 });
    expect(await on(undo)).toMatchObject({ exitCode: 0 });
    expect(await rules()).toEqual(before);
  });

  test("one that stood before is taken out as often as it stands, and is there again afterwards", async () => {
    await on("iptables -A FORWARD -s 10.9.0.0/16 -j DROP; iptables -A FORWARD -s 10.9.0.0/16 -j DROP");
    const { apply, undo } = await ruleScripts({ ...args, present: false });
    expect(await on(apply)).toMatchObject({ exitCode: 0 });
    expect(await rules()).not.toContain(drop);
    expect(await on(undo)).toMatchObject({ exitCode: 0 });
    expect((await rules()).filter((line) => line === drop)).toHaveLength(1);
    await on("iptables -F FORWARD");
  });

  test("position: before the others, or at its number", async () => {
    await on("iptables -A FORWARD -j ACCEPT");
    const inserted = await ruleScripts({ ...args, position: "insert" });
    await on(inserted.apply);
    expect((await rules()).filter((line) => line.startsWith("-A"))).toEqual([drop, "-A FORWARD -j ACCEPT"]);
    await on(inserted.undo);
    const second = await ruleScripts({ ...args, position: 2 });
    await on(second.apply);
    expect((await rules()).filter((line) => line.startsWith("-A"))).toEqual(["-A FORWARD -j ACCEPT", drop]);
    await on(second.undo);
    await on("iptables -F FORWARD");
  });

  test.each([
    ["an unknown target", { chain: "FORWARD", rule: "-j NOSUCH" }, /NOSUCH/],
    ["an unknown chain", { chain: "NOSUCH", rule: "-j ACCEPT" }, /No chain|NOSUCH/],
    ["an unknown option", { chain: "FORWARD", rule: "--nosuch 3 -j ACCEPT" }, /nosuch/],
    [
      "an unknown option, of a rule to be taken out",
      { chain: "FORWARD", rule: "--nosuch 3 -j ACCEPT", present: false },
      /nosuch/,
    ],
  ] as const)("%s: fails with what iptables says, and nothing is made", async (_, wrong, said) => {
    const before = await rules();
    const { apply, undo } = await ruleScripts(wrong);
    const { exitCode, stderr } = await on(apply);
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(said);
    expect(await rules()).toEqual(before);
    expect((await on("ls /var/lib/vethlab-found 2>/dev/null || true")).stdout).toBe("");
    expect(await on(undo)).toMatchObject({ exitCode: 0 });
  });
});

test("IptablesPolicy: set, and afterwards as it was", async () => {
  const scripts = (policy: "ACCEPT" | "DROP") =>
    scriptsOf((host) => {
      new lab.IptablesPolicy("p", { host, chain: "FORWARD", policy });
    }, "p-policy");
  expect(await rules()).toContain(":FORWARD ACCEPT");
  const drop = await scripts("DROP");
  await on(drop.apply);
  expect(await rules()).toContain(":FORWARD DROP");
  await on((await scripts("ACCEPT")).apply);
  await on(drop.apply);
  await on(drop.undo);
  expect(await rules()).toContain(":FORWARD ACCEPT");
});

describe("a lab of which somebody has changed the rules by hand", () => {
  const stack = `iptables-${process.pid}`;
  const out = "-s 172.17.0.0/16 ! -o docker0 -j MASQUERADE";
  const onHost = (script: string): Promise<Ended> =>
    vethlab("exec", stack, "host1", "--", "sh", "-ec", script);
  const up = async (): Promise<{ ok: boolean; repairs: string[]; changes: object }> =>
    JSON.parse((await vethlab("up", "nat-egress", "--stack", stack, "--json")).stdout) as {
      ok: boolean;
      repairs: string[];
      changes: object;
    };
  const status = async (): Promise<unknown> =>
    JSON.parse((await vethlab("status", stack, "--json")).stdout) as unknown;

  beforeAll(async () => {
    expect(await up()).toMatchObject({ ok: true, repairs: [] });
  }, LIMIT_MS);
  afterAll(() => vethlab("down", stack), LIMIT_MS);

  test(
    "is told by status, and one up builds its host anew",
    async () => {
      await onHost(`
      iptables -t nat -D POSTROUTING ${out}
      iptables -t nat -A POSTROUTING -s 172.17.0.0/16 -j MASQUERADE
      iptables -P FORWARD ACCEPT`);
      const findings = [
        expect.stringContaining(
          `no longer iptables -t filter -P FORWARD DROP; no longer iptables -t nat -A POSTROUTING ${out}; now iptables -t nat -A POSTROUTING -s 172.17.0.0/16 -j MASQUERADE`,
        ),
        expect.stringMatching(/host1 is not as it was .* built anew$/),
      ];
      expect(await status()).toMatchObject({ health: "drifted", findings });
      expect(await up()).toMatchObject({ ok: true, repairs: findings });
      expect(await status()).toMatchObject({ health: "healthy", findings: [] });
      expect(await up()).toMatchObject({ ok: true, repairs: [] });
    },
    LIMIT_MS,
  );

  test(
    "and is set otherwise in the same up, by what is set",
    async () => {
      await onHost(`iptables -t nat -D POSTROUTING ${out}`);
      const { code, stdout } = await vethlab("up", stack, "-c", "masquerade=none", "--json");
      expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({ code: 0, ok: true });
      expect((await onHost("iptables -t nat -S POSTROUTING")).stdout).not.toContain(out);
    },
    LIMIT_MS,
  );
});
