import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { interfaces, noPing, ping, pingAddress, pingProbe } from "../../checks/claims.ts";
import type { DrillReport, UndoReport } from "../../checks/drill-results.ts";
import { undoFile } from "../../cli/mending/undo-record.ts";
import { project } from "../../toolchain/project.ts";
import type { Topology } from "../../topology/document.ts";
import type { Drill } from "../../topology/drills.ts";
import { tracesOf } from "../machine-state.ts";
import { killTree, startVethlab, vethlab } from "../live/vethlab.ts";

/** Longest time of one test: a lab comes up, a drill is made, it goes. */
jest.setTimeout(120_000);

describe("a drill that does not come to its end", () => {
  const stack = `drill-${process.pid}`;
  const controls = [pingProbe("ns1", "127.0.0.1"), pingProbe("ns2", "127.0.0.1")] as const;
  const linkDown: Drill["steps"][number] = {
    title: "take the link down",
    on: "ns2",
    run: "ip link set veth-ns2 down; echo done",
    undo: "ip link set veth-ns2 up",
    then: [noPing("ns1", "ns2", { controls })],
  };
  const loDown: Drill["steps"][number] = {
    title: "take lo down",
    on: "host1",
    run: "ip -n ns1 link set lo down",
    undo: "ip -n ns1 link set lo up",
    // It cannot hold: the drill waits for it, and can be interrupted meanwhile.
    then: [pingAddress("ns1", "127.0.0.1")],
  };
  const drills: Drill[] = [
    { name: "true", title: "a link goes down", steps: [linkDown] },
    { name: "false", title: "lo answers although it is down", steps: [linkDown, loDown, linkDown] },
    {
      name: "broken",
      title: "a script that fails half-way",
      steps: [linkDown, { ...loDown, run: "ip -n ns1 link set lo down; exit 3" }],
    },
    {
      name: "stubborn",
      title: "nobody knows how to undo it",
      steps: [
        {
          ...loDown,
          title: "make a link too many",
          run: "ip -n ns1 link add br9 type bridge",
          undo: "exit 4",
        },
      ],
    },
  ];

  beforeAll(async () => {
    await build();
  });
  afterAll(() => vethlab("down", stack));
  afterEach(() => {
    expect(existsSync(undoFile(stack))).toBe(false);
  });

  /** Builds the lab and gives it drills of the test's own. */
  async function build(): Promise<{ repairs: string[] }> {
    const { code, stdout, stderr } = await vethlab("up", "netns-veth", "--stack", stack, "--json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    changeTopology(stack, (topology) => ({ ...topology, drills }));
    return JSON.parse(stdout) as { repairs: string[] };
  }

  async function make(name: string): Promise<{ code: number | null; report: DrillReport; seconds: number }> {
    const { code, stdout, seconds } = await vethlab("drill", stack, name, "--json");
    return { code, report: JSON.parse(stdout) as DrillReport, seconds };
  }

  /** Starts a drill, and comes back when its claims are being tested. */
  async function begin(name: string) {
    const run = startVethlab(["drill", stack, name, "--json"]);
    const steps = name === "stubborn" ? 1 : 2;
    for (let tries = 0; tries < 1000; tries++) {
      await sleep(20);
      if (!existsSync(undoFile(stack))) continue;
      const record = JSON.parse(readFileSync(undoFile(stack), "utf8")) as { steps: unknown[] };
      if (record.steps.length < steps) continue;
      await sleep(1000);
      return run;
    }
    throw new Error(`the drill "${name}" has not come so far`);
  }

  async function kill(name: string): Promise<void> {
    const { child, ended } = await begin(name);
    killTree(child.pid ?? 0);
    await ended;
  }

  test("is none of these: it is shown to people with its script, its table and its end", async () => {
    const { code, stdout, stderr } = await vethlab("drill", stack, "true");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const words of [
      `${stack} as it is: `,
      "Drill true: a link goes down",
      `1. take the link down\n   $ npx vethlab exec ${stack} ns2 -- sh -c 'ip link set veth-ns2 down; echo done'`,
      "   done\n",
      "ns1 gets no reply",
      `Undo: take the link down\n   $ npx vethlab exec ${stack} ns2 -- ip link set veth-ns2 up`,
      `${stack} as before: `,
      "true: went as claimed",
    ]) {
      expect(stdout).toContain(words);
    }
  });

  test("because a claim does not hold: is undone, and ends with 1", async () => {
    const { code, report, seconds } = await make("false");
    expect(code).toBe(1);
    expect(report).toMatchObject({
      ok: false,
      drills: [
        {
          ok: false,
          steps: [{ ok: true }, { title: "take lo down", ok: false, report: { ok: false } }],
          undone: [
            { title: "take lo down", ok: true },
            { title: "take the link down", ok: true },
          ],
          after: { ok: true },
        },
      ],
    });
    expect(seconds).toBeLessThan(30);
  });

  test("because a script fails: is undone, and ends with 1", async () => {
    const { code, report } = await make("broken");
    expect(code).toBe(1);
    expect(report.drills[0]).toMatchObject({
      steps: [{ ok: true }, { ok: false, status: 3 }],
      undone: [{ ok: true }, { ok: true }],
      after: { ok: true },
    });
  });

  test.each(["SIGINT", "SIGTERM"] as const)(
    "because of %s: is undone at once, and ends with 1",
    async (signal) => {
      const { child, ended } = await begin("false");
      const interrupted = performance.now();
      child.kill(signal);
      const { code, stdout, stderr } = await ended;
      expect(performance.now() - interrupted).toBeLessThan(8000);
      expect(stderr).toContain(`${signal}: what was done is undone first.`);
      expect(JSON.parse(stdout)).toMatchObject({
        ok: false,
        stopped: `interrupted (${signal})`,
        drills: [
          { stopped: `interrupted (${signal})`, undone: [{ ok: true }, { ok: true }], after: { ok: true } },
        ],
      });
      expect(code).toBe(1);
      expect((await vethlab("verify", stack)).code).toBe(0);
    },
  );

  test("while it is at work, keeps others out", async () => {
    const { child, ended } = await begin("false");
    const others = await Promise.all([
      vethlab("drill", stack),
      vethlab("up", stack),
      vethlab("verify", stack),
    ]);
    expect(others.map(({ code }) => code)).toEqual([1, 1, 1]);
    for (const { stderr } of others) expect(stderr).toContain(`process ${child.pid ?? 0}`);
    child.kill("SIGINT");
    await ended;
  });

  test("because it is killed: every command says what is undone, and --undo undoes it", async () => {
    await kill("false");
    const said = [
      'The drill "false" was broken off, and is not undone:',
      "  take lo down (on host1); by hand:",
      `    npx vethlab exec ${stack} host1 -- ip -n ns1 link set lo up`,
      "  take the link down (on ns2); by hand:",
      `    npx vethlab exec ${stack} ns2 -- ip link set veth-ns2 up`,
    ];
    const status = JSON.parse((await vethlab("status", stack, "--json")).stdout) as object;
    expect(status).toMatchObject({
      health: "interrupted",
      findings: expect.arrayContaining(said) as unknown,
    });
    for (const args of [
      ["verify", stack, "--json"],
      ["drill", stack, "true"],
    ]) {
      const { code, stderr } = await vethlab(...args);
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringContaining(said.join("\n")) as unknown,
      });
    }

    const undone = await vethlab("drill", stack, "--undo", "--json");
    const report = JSON.parse(undone.stdout) as UndoReport;
    expect(report).toMatchObject({ version: 1, ok: true, drill: "false", after: { ok: true } });
    expect(report.undone.map(({ title, ok }) => [title, ok])).toEqual([
      ["take lo down", true],
      ["take the link down", true],
    ]);
    expect(undone.code).toBe(0);
    expect(await vethlab("verify", stack)).toMatchObject({ code: 0, stderr: "" });
    const again = await vethlab("drill", stack, "--undo");
    expect(again).toMatchObject({ code: 0, stdout: `${stack}: nothing is to be undone.\n` });
  });

  test("because it is killed: up undoes it first", async () => {
    await kill("false");
    const { repairs } = await build();
    expect(repairs).toEqual([
      'the drill "false" was broken off: undone: take lo down (on host1)',
      'the drill "false" was broken off: undone: take the link down (on ns2)',
    ]);
    const status = JSON.parse((await vethlab("status", stack, "--json")).stdout) as object;
    expect(status).toMatchObject({ health: "healthy" });
  });

  test("and cannot be undone: is told, and up builds the host anew", async () => {
    await kill("stubborn");
    const undone = await vethlab("drill", stack, "--undo");
    expect(undone.code).toBe(1);
    expect(undone.stdout).toContain(`1 of 1 steps could not be undone: npx vethlab up ${stack} sees to it.`);
    const { repairs } = await build();
    expect(repairs).toEqual([
      "make a link too many (on host1) cannot be undone (status 4): host1 is built anew",
    ]);
    expect((await vethlab("verify", stack)).code).toBe(0);
  });

  test("on a lab that does not hold is not begun", async () => {
    changeTopology(stack, (topology) => ({ ...topology, claims: [interfaces("ns1", ["lo"])] }));
    const { code, report } = await make("true");
    expect(code).toBe(1);
    expect(report).toMatchObject({ ok: false, before: { ok: false }, drills: [], notMade: ["true"] });
    changeTopology(stack, (topology) => ({ ...topology, claims: [ping("ns1", "ns2")] }));
  });

  test("because it is killed: goes with the lab", async () => {
    await kill("stubborn");
    expect((await vethlab("down", stack)).code).toBe(0);
    expect(existsSync(undoFile(stack))).toBe(false);
    expect(await tracesOf(stack)).toEqual([]);
  });
});

/** Changes the topology that a stack has recorded as its output. */
function changeTopology(stack: string, change: (topology: Topology) => Topology): void {
  const file = join(join(project.home, "state"), ".pulumi", "stacks", "vethlab", `${stack}.json`);
  const state = JSON.parse(readFileSync(file, "utf8")) as {
    checkpoint: { latest: { resources: { type: string; outputs?: { topology: Topology } }[] } };
  };
  for (const { type, outputs } of state.checkpoint.latest.resources) {
    if (type === "pulumi:pulumi:Stack" && outputs) outputs.topology = change(outputs.topology);
  }
  writeFileSync(file, JSON.stringify(state));
}
