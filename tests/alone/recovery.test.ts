import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readState, stackNames } from "../../cli/backend.ts";
import { type Resource, urnType } from "../../cli/state.ts";
import { homeId, stateDir } from "../../toolchain/paths.ts";
import { labelsOf } from "../../topology/labels.ts";
import { runDirectory } from "../../topology/run-directory.ts";
import { machineState } from "../machine-state.ts";
import { inLabEnvironment, killTree, startVethlab, vethlab } from "../live/vethlab.ts";

/** Runs are killed and hosts are lost; `up` makes the lab whole, and `down` leaves the machine as it was. */

const lab = "user-bridge";
const stack = `recovery-${process.pid}`;
const host = `vethlab-${stack}-host1`;
const up = ["up", lab, "--stack", stack];

/** Longest time of one test: a run that is killed, one that mends, one that removes. */
const LIMIT_MS = 90_000;
/** Longest time of a chain: runs that are killed, one that mends, one that removes. */
const CHAIN_LIMIT_MS = 300_000;

let before = "";
beforeAll(async () => {
  before = await machineState();
});
afterAll(async () => {
  await vethlab("down", stack);
  for (const left of stackNames()) if (left.startsWith(`${stack}-`)) await vethlab("down", left);
}, LIMIT_MS);

/** Whether the lab can be mended, and removed so that nothing is left. */
async function expectWhole(): Promise<void> {
  const mended = await vethlab(...up, "--json");
  expect({ code: mended.code, stderr: mended.stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(mended.stdout)).toMatchObject({ ok: true });
  await expectRemoved();
}

async function expectRemoved(): Promise<void> {
  const removed = await vethlab("down", stack);
  expect({ code: removed.code, stderr: removed.stderr }).toEqual({ code: 0, stderr: "" });
  expect(removed.stdout).not.toContain("could not");
  expect(await machineState()).toBe(before);
}

async function health(): Promise<{ health: string; findings: string[] }> {
  return JSON.parse((await vethlab("status", stack, "--json")).stdout) as {
    health: string;
    findings: string[];
  };
}

/** Random numbers that a seed repeats (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A chain of runs on one stack: each is killed, and the next goes on from what it has left. */
interface Chain {
  stack: string;
  args: string[];
}

const chain = (name: string, of: string, ...settings: string[]): Chain => {
  const itsStack = `${stack}-${name}`;
  return { stack: itsStack, args: ["up", of, "--stack", itsStack, ...settings] };
};

/** After a chain of killed runs one `up` makes the lab whole, and `down` removes it. */
async function mendAndRemove({ stack: itsStack, args }: Chain) {
  const mended = await vethlab(...args);
  const removed = await vethlab("down", itsStack);
  const said = mended.stderr + removed.stderr;
  expect({ mended: mended.code, removed: removed.code, said }).toEqual({ mended: 0, removed: 0, said: "" });
}

describe("a run that is killed, with all that it has started", () => {
  const seed = Number(process.env["VETHLAB_SEED"] ?? Date.now() % 1_000_000);
  const random = randomFrom(seed);
  // From the start of the command to the end of the tests, which take seven seconds on the development machine.
  const moments = Array.from({ length: 10 }, () => 300 + Math.round(random() * 6700));
  console.log(`recovery: VETHLAB_SEED=${seed}, after ${moments.join(", ")} ms`);

  test(
    "ten times at any moment, on two stacks side by side",
    async () => {
      const lanes = [moments.slice(0, 5), moments.slice(5)].map(async (lane, index) => {
        const here = chain(`moments${index}`, lab);
        for (const ms of lane) {
          const { child, ended } = startVethlab(here.args);
          const timer = setTimeout(() => {
            killTree(child.pid ?? 0);
          }, ms);
          await ended;
          clearTimeout(timer);
        }
        await mendAndRemove(here);
      });
      await allEnded(lanes);
      expect(await machineState()).toBe(before);
    },
    CHAIN_LIMIT_MS,
  );

  test(
    "and is removed without being mended first",
    async () => {
      const { child, ended } = startVethlab(up);
      setTimeout(() => {
        killTree(child.pid ?? 0);
      }, 3500);
      await ended;
      await expectRemoved();
    },
    LIMIT_MS,
  );

  test(
    "while it removes",
    async () => {
      await vethlab(...up);
      const { child, ended } = startVethlab(["down", stack]);
      setTimeout(() => {
        killTree(child.pid ?? 0);
      }, 1000);
      await ended;
      await expectWhole();
    },
    LIMIT_MS,
  );
});

describe("a run that is killed inside a create", () => {
  /** Labs that have, between them, each kind of resource; on which of two lanes each is built. */
  const lanes: [lab: string, ...settings: string[]][][] = [
    [["user-bridge", "-c", "connectBox3=true"]],
    [["netns-veth"], ["joined-web"], ["default-bridge"]],
  ];

  /** All kinds that these labs have: a run that meets one that is not yet among the killed is killed. */
  const kinds = [
    "pulumi:providers:command",
    "vethlab:container:Box$docker:index/container:Container",
    "vethlab:container:JoinedBox$docker:index/container:Container",
    "vethlab:host:ContainerHost$command:local:Command",
    "vethlab:host:ContainerHost$docker:index/container:Container",
    "vethlab:host:ContainerHost$pulumi:providers:docker",
    "vethlab:host:LocalHost$pulumi:providers:docker",
    "vethlab:host:Outside$docker:index/container:Container",
    "vethlab:lab:Verification$command:local:Command",
    "vethlab:namespace:ContainerNamespace$command:local:Command",
    "vethlab:namespace:Namespace$command:local:Command",
    "vethlab:namespace:VethPair$command:local:Command",
    "vethlab:network:BridgeNetwork$docker:index/network:Network",
    "vethlab:network:NetworkAttachment$command:local:Command",
    "vethlab:network:Underlay$command:local:Command",
  ];

  test(
    "of each kind of resource in turn: each run goes on from what the one before has left",
    async () => {
      const killed = new Set<string>();
      await allEnded(
        lanes.map(async (lane) => {
          for (const [name, ...settings] of lane) {
            const here = chain(name, name, ...settings);
            let wasKilled = true;
            while (wasKilled) {
              const { child, ended } = startVethlab(here.args);
              wasKilled = await killInNewKind(child.pid ?? 0, here.stack, killed, ended);
              const { code, stderr } = await ended;
              if (!wasKilled) expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
            }
            const { code, stderr } = await vethlab("down", here.stack);
            expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
          }
        }),
      );
      expect([...killed].sort()).toEqual(kinds);
      expect(await machineState()).toBe(before);
    },
    CHAIN_LIMIT_MS,
  );

  const kindsOf = (resources: readonly Resource[]) =>
    resources.filter(({ custom }) => custom).map(({ urn }) => urnType(urn));

  /**
   * Kills a run at the first create of a kind in which none was killed yet, and adds that kind. Pulumi records an
   * operation before it begins it: with that record the moment has come. A create that takes no time (a provider's) may
   * be over when it is first seen: then the moment is right after it.
   */
  async function killInNewKind(
    pid: number,
    name: string,
    killed: Set<string>,
    ended: Promise<unknown>,
  ): Promise<boolean> {
    const running = { still: true };
    void ended.then(() => (running.still = false));
    while (running.still) {
      const { pending, resources } = readState(name) ?? { pending: [], resources: [] };
      const begun = pending.flatMap(({ resource, type }) => (type === "creating" ? [resource] : []));
      const fresh = kindsOf([...begun, ...resources]).filter((kind) => !killed.has(kind));
      if (fresh.length > 0) {
        killTree(pid);
        for (const kind of fresh) killed.add(kind);
        return true;
      }
      await sleep(2);
    }
    return false;
  }
});

/** Waits for all, also when one has failed: nothing is to go on into the next test. */
async function allEnded(all: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(all)).flatMap((one) =>
    one.status === "rejected" ? [one.reason as unknown] : [],
  );
  if (failed.length > 0) throw failed[0];
}

describe("a lab whose host", () => {
  beforeAll(async () => {
    expect((await vethlab(...up)).code).toBe(0);
  }, LIMIT_MS);
  afterAll(async () => {
    await expectRemoved();
  }, LIMIT_MS);

  const docker = (...args: string[]) => inLabEnvironment("docker", ...args);

  const losses: [name: string, health: string, lose: () => Promise<unknown>][] = [
    ["is stopped", "stopped", () => docker("stop", "--time", "0", host)],
    ["is removed", "gone", () => docker("rm", "--force", "--volumes", host)],
    ["was started again", "drifted", () => docker("restart", "--time", "0", host)],
    [
      "is unplugged from the underlay",
      "drifted",
      () => docker("network", "disconnect", `vethlab-${stack}-underlay`, host),
    ],
    [
      "has a box in it that is stopped",
      "drifted",
      () => vethlab("exec", stack, "host1", "--", "docker", "stop", "--time", "0", "box1"),
    ],
    [
      "went down with the machine, which has emptied /tmp",
      "gone",
      async () => {
        await docker("stop", "--time", "0", host, `vethlab-${stack}-outside`);
        await docker(
          "run",
          "--rm",
          "--volume",
          "/tmp:/tmp",
          await boxImage(),
          "rm",
          "-rf",
          runDirectory(stack),
        );
        expect(existsSync(runDirectory(stack))).toBe(false);
      },
    ],
    [
      "was replaced by another of the same name",
      "gone",
      async () => {
        await docker("rm", "--force", "--volumes", host);
        const labels = Object.entries(labelsOf({ stack, lab, home: homeId })).flatMap(([key, value]) => [
          "--label",
          `${key}=${value}`,
        ]);
        await docker("run", "--detach", "--name", host, ...labels, await boxImage());
      },
    ],
  ];

  test.each(losses)(
    "%s is reported as %s, and one up makes it whole",
    async (_name, expected, lose) => {
      await lose();
      expect(await health()).toMatchObject({ health: expected });
      const mended = await vethlab(...up, "--json");
      expect(mended.stderr).toBe("");
      expect(JSON.parse(mended.stdout)).toMatchObject({ ok: true });
      expect(await health()).toEqual({ stack, lab, health: "healthy", findings: [] });
    },
    LIMIT_MS,
  );

  test.each(["json.attrs", "json"])(
    "has a record of which .%s was half written is made whole by one up",
    async (end) => {
      writeFileSync(join(stateDir, ".pulumi", "stacks", "vethlab", `${stack}.${end}`), "");
      const mended = await vethlab(...up, "--json");
      expect(mended.stderr).toBe("");
      expect(JSON.parse(mended.stdout)).toMatchObject({ ok: true });
    },
    LIMIT_MS,
  );

  test(
    "is lost does not end green with plain Pulumi",
    async () => {
      await docker("rm", "--force", "--volumes", host);
      const plain = await inLabEnvironment(
        "pulumi",
        "up",
        "--yes",
        "--skip-preview",
        "--stack",
        stack,
        "--non-interactive",
      );
      expect(plain.code).not.toBe(0);
      const mended = await vethlab(...up);
      expect(mended.code).toBe(0);
    },
    LIMIT_MS,
  );

  async function boxImage(): Promise<string> {
    return (
      await docker("inspect", "--format", "{{.Config.Image}}", `vethlab-${stack}-outside`)
    ).stdout.trim();
  }
});

describe("a run that is at work", () => {
  afterAll(async () => {
    await expectRemoved();
  }, LIMIT_MS);

  test(
    "keeps another vethlab out, which says so; and ends well",
    async () => {
      const { child, ended } = startVethlab(up);
      await lockOf(stack);
      const second = await vethlab(...up);
      expect(second.code).toBe(1);
      expect(second.stderr).toContain(
        `Another vethlab (process ${child.pid ?? 0}) is at work on the stack "${stack}"`,
      );
      expect((await vethlab("down", stack)).code).toBe(1);
      expect(await health()).toMatchObject({ health: "running" });
      expect((await ended).code).toBe(0);
    },
    LIMIT_MS,
  );

  test(
    "of plain Pulumi keeps its lock",
    async () => {
      await vethlab(...up);
      await vethlab("preview", stack);
      const plain = inLabEnvironment(
        "pulumi",
        "refresh",
        "--yes",
        "--skip-preview",
        "--stack",
        stack,
        "--non-interactive",
      );
      await lockOf(stack);
      const second = await vethlab(...up);
      expect(second.code).toBe(1);
      expect(second.stderr).toMatch(/Pulumi \(process \d+, since .*\) is at work on the stack/);
      expect((await plain).code).toBe(0);
    },
    LIMIT_MS,
  );

  /** Waits until somebody has begun to work on a stack. */
  async function lockOf(name: string): Promise<void> {
    for (let tries = 0; tries < 400; tries++) {
      const { health: now } = JSON.parse((await vethlab("status", name, "--json")).stdout || "{}") as {
        health?: string;
      };
      if (now === "running") return;
      await sleep(20);
    }
    throw new Error(`nobody works on ${name}`);
  }
});
