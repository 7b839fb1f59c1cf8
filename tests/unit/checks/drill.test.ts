import { describe, expect, test } from "@jest/globals";
import { noPing, ping, pingAddress, pingProbe } from "../../../checks/claims.ts";
import { type Ground, type Ran, runDrill, runDrills, type UndoStep } from "../../../checks/drill.ts";
import { interruptible } from "../../../reach/interruptible.ts";
import { judgeClaims, testClaims } from "../../../checks/run.ts";
import { scriptByHand } from "../../../checks/script-by-hand.ts";
import type { Topology } from "../../../topology/document.ts";
import type { Drill, DrillScript } from "../../../topology/drills.ts";
import { answering, labWith, replied, silent } from "./lab.ts";

const inLab = ping("box1", "box2");
const first = ping("box2", "box1");
const second = ping("box1", "box1");
const lab = labWith(inLab);

const drill: Drill = {
  name: "two",
  title: "two interventions",
  steps: [
    { title: "first", on: "host1", run: "do 1", undo: "undo 1", then: [first] },
    { title: "look", on: "box1", run: "look", then: [] },
    { title: "second", on: "box1", run: "do 2", undo: "undo 2", then: [second] },
  ],
};

const textOf = (script: DrillScript) => (typeof script === "string" ? script : script.argument);

/** A lab in memory. `fails`: scripts and claims that do; `breaks`: scripts that throw. All that happens is in `log`. */
function groundWith({ fails = [], breaks = [] }: { fails?: string[]; breaks?: string[] } = {}) {
  const log: string[] = [];
  const kept: string[] = [];
  const ground: Ground = {
    run(on, asked): Promise<Ran> {
      const script = textOf(asked);
      log.push(`${on}: ${script}`);
      if (breaks.includes(script)) return Promise.reject(new Error("docker is gone"));
      return Promise.resolve({ status: fails.includes(script) ? 1 : 0, stdout: "", stderr: "" });
    },
    async test(claims) {
      log.push(`test ${claims.map(({ summary }) => summary).join(", ")}`);
      const answer = claims.some(({ summary }) => fails.includes(summary)) ? silent : replied;
      const places = ["box1: 172.18.0.2", "box1: 172.18.0.3", "box2: 172.18.0.2"];
      const { ask } = answering(Object.fromEntries(places.map((place) => [place, [answer]])));
      return judgeClaims({ ...lab, claims: [...claims] }, ask, { deadlineSeconds: 0 });
    },
    keep(name: string, steps: readonly UndoStep[]) {
      kept.push(`${name}: ${steps.map(({ undo }) => textOf(undo)).join(", ")}`);
      log.push(`keep ${steps.map(({ undo }) => textOf(undo)).join(", ")}`);
    },
  };
  return { ground, log, kept };
}

test("steps in order, each kept before it is done; undone the last first; then the lab again", async () => {
  const { ground, log } = groundWith();
  const result = await runDrill(lab, drill, ground);
  expect(log).toEqual([
    "keep undo 1",
    "host1: do 1",
    `test ${first.summary}`,
    "box1: look",
    "test ",
    "keep undo 1, undo 2",
    "box1: do 2",
    `test ${second.summary}`,
    "box1: undo 2",
    "keep undo 1",
    "host1: undo 1",
    "keep ",
    `test ${inLab.summary}`,
  ]);
  expect(result).toMatchObject({
    name: "two",
    ok: true,
    steps: [
      {
        title: "first",
        ok: true,
        status: 0,
        byHand: "npx vethlab exec try host1 -- do 1",
        report: { ok: true },
      },
      { title: "look", ok: true, report: { results: [] } },
      { title: "second", ok: true },
    ],
    undone: [
      { title: "second", on: "box1", script: "undo 2", ok: true },
      { title: "first", on: "host1", ok: true },
    ],
    after: { ok: true },
  });
  expect(result).not.toHaveProperty("stopped");
});

test("a script that fails: its claims are not tested, what follows is not done, it too is undone", async () => {
  const { ground, log } = groundWith({ fails: ["do 2"] });
  const result = await runDrill(lab, drill, ground);
  expect(result).toMatchObject({ ok: false, steps: [{ ok: true }, { ok: true }, { ok: false, status: 1 }] });
  expect(result.steps[2]).not.toHaveProperty("report");
  expect(log.slice(log.indexOf("box1: do 2"))).toEqual([
    "box1: do 2",
    "box1: undo 2",
    "keep undo 1",
    "host1: undo 1",
    "keep ",
    `test ${inLab.summary}`,
  ]);
});

test("a claim of a step that fails: no further step, everything undone", async () => {
  const { ground, log } = groundWith({ fails: [first.summary] });
  const result = await runDrill(lab, drill, ground);
  expect(result).toMatchObject({
    ok: false,
    steps: [{ ok: false, report: { ok: false } }],
    after: { ok: true },
  });
  expect(result.undone).toHaveLength(1);
  expect(log).not.toContain("box1: look");
});

test("a script that cannot be run is a step that failed", async () => {
  const { ground } = groundWith({ breaks: ["do 1"] });
  const result = await runDrill(lab, drill, ground);
  expect(result).toMatchObject({
    ok: false,
    steps: [{ ok: false, status: null, stderr: "docker is gone" }],
    undone: [{ ok: true }],
  });
});

test("an undo that fails stays kept; the others are undone", async () => {
  const { ground, log, kept } = groundWith({ fails: ["undo 2"] });
  const result = await runDrill(lab, drill, ground);
  expect(result).toMatchObject({
    ok: false,
    undone: [{ ok: false, status: 1 }, { ok: true }],
    after: { ok: true },
  });
  expect(log).toContain("host1: undo 1");
  expect(kept.at(-1)).toBe("two: undo 2");
});

test("a lab that does not hold again is a drill that failed", async () => {
  const { ground } = groundWith({ fails: [inLab.summary] });
  expect(await runDrill(lab, drill, ground)).toMatchObject({ ok: false, after: { ok: false } });
});

test("what cannot be kept is not done; what was done before is undone", async () => {
  const { ground, log } = groundWith();
  const keep = ground.keep.bind(ground);
  ground.keep = (name, steps) => {
    if (steps.length === 2) throw new Error("no space left on device");
    keep(name, steps);
  };
  const result = await runDrill(lab, drill, ground);
  expect(result).toMatchObject({
    ok: false,
    stopped: "no space left on device",
    undone: [{ script: "undo 1" }],
  });
  expect(log).not.toContain("box1: do 2");
});

describe("an interruption", () => {
  test.each([
    ["while a script runs", "host1: do 1"],
    ["while claims are tested", `test ${first.summary}`],
  ])("%s: no further step, all undone, the lab tested", async (_, moment) => {
    const { ground, log } = groundWith();
    const interruption = new AbortController();
    const run = ground.run.bind(ground);
    const testNow = ground.test.bind(ground);
    const then = <T>(result: Promise<T>): Promise<T> => {
      if (log.at(-1) === moment) interruption.abort("SIGINT");
      return result;
    };
    ground.run = (...args) => then(run(...args));
    ground.test = (...args) => then(testNow(...args));
    const result = await runDrill(lab, drill, ground, {}, interruption.signal);
    expect(result).toMatchObject({
      ok: false,
      stopped: "interrupted (SIGINT)",
      steps: [{ title: "first", ok: false }],
      undone: [{ script: "undo 1", ok: true }],
      after: { ok: true },
    });
    expect(result.steps[0]).not.toHaveProperty("report");
    expect(log).not.toContain("box1: look");
  });

  test("before the first step: nothing is done, and nothing undone", async () => {
    const { ground, log } = groundWith();
    const interruption = new AbortController();
    const watcher = {
      step: () => {
        interruption.abort("SIGTERM");
      },
    };
    const result = await runDrill(lab, drill, ground, watcher, interruption.signal);
    expect(result).toMatchObject({ ok: false, stopped: "interrupted (SIGTERM)", steps: [], undone: [] });
    expect(log).toEqual([]);
  });

  test("does not wait for the answers", async () => {
    const interruption = new AbortController();
    const never = interruptible(() => new Promise(() => undefined), interruption.signal);
    setTimeout(() => {
      interruption.abort("SIGINT");
    }, 20);
    const report = await judgeClaims(lab, never, { deadlineSeconds: 10 });
    expect(report.results[0]).toMatchObject({ holds: false, observed: "interrupted" });
    expect(report.seconds).toBeLessThan(2);
  });
});

describe("several drills", () => {
  const other: Drill = { ...drill, name: "other" };

  test("one after another; the next one also after one that failed and is undone", async () => {
    const { ground } = groundWith({ fails: [second.summary] });
    const report = await runDrills(lab, [drill, other], ground);
    expect(report).toMatchObject({
      version: 1,
      stack: "try",
      lab: "user-bridge",
      ok: false,
      before: { ok: true },
      drills: [
        { name: "two", ok: false },
        { name: "other", ok: false },
      ],
      notMade: [],
    });
    expect((await runDrills(lab, [drill, other], groundWith().ground)).ok).toBe(true);
  });

  test("none on a lab that does not hold", async () => {
    const { ground, log } = groundWith({ fails: [inLab.summary] });
    const report = await runDrills(lab, [drill, other], ground);
    expect(report).toMatchObject({ ok: false, before: { ok: false }, drills: [], notMade: ["two", "other"] });
    expect(log).toEqual([`test ${inLab.summary}`]);
  });

  test("none after one that could not be undone: its record stays as it is", async () => {
    const { ground, kept } = groundWith({ fails: ["undo 1"] });
    const report = await runDrills(lab, [drill, other], ground);
    expect(report).toMatchObject({ ok: false, drills: [{ name: "two" }], notMade: ["other"] });
    expect(kept.at(-1)).toBe("two: undo 1");
  });

  test("none after an interruption", async () => {
    const interruption = new AbortController();
    const { ground } = groundWith();
    const watcher = {
      stepDone: () => {
        interruption.abort("SIGINT");
      },
    };
    const report = await runDrills(lab, [drill, other], ground, watcher, interruption.signal);
    expect(report).toMatchObject({ ok: false, stopped: "interrupted (SIGINT)", notMade: ["other"] });
  });
});

describe("a script by hand", () => {
  test.each([
    ["ip -n ns1 link set lo down", "ip -n ns1 link set lo down"],
    ["iptables -t nat -F && iptables -F", "sh -c 'iptables -t nat -F && iptables -F'"],
    ["A=1 env", "sh -c 'A=1 env'"],
    ["cd /tmp", "sh -c 'cd /tmp'"],
    ["one\ntwo", "sh -c 'one\ntwo'"],
  ])("%j", (script, words) => {
    expect(scriptByHand("nat-egress", "host1", script)).toBe(`npx vethlab exec nat-egress host1 -- ${words}`);
  });

  test("a file is read from where it lies, with its variables before", () => {
    const environment = { CONTAINERS: "box1 box2" };
    expect(scriptByHand("nat-egress", "host1", { file: "engine", argument: "restart", environment })).toBe(
      "npx vethlab exec nat-egress host1 -- env 'CONTAINERS=box1 box2' bash -s restart <scripts/engine.sh",
    );
  });
});

describe("drills that cannot be made are told with their place", () => {
  const problemsOf = async (drills: Drill[], change: Partial<Topology> = {}): Promise<string> =>
    testClaims({ ...lab, ...change, drills }).then(
      () => "",
      (error: unknown) => String(error),
    );
  const wrong = (step: Partial<Drill["steps"][number]>): Drill => ({
    name: "wrong",
    title: "",
    steps: [{ title: "", on: "box1", run: "true", then: [], ...step }],
  });

  test("a claim on a node that is not there", async () => {
    const then = [inLab, inLab, noPing("box1", "bxo2", { controls: [pingProbe("box1", "bxo3")] })];
    const text = await problemsOf([wrong({ then })]);
    expect(text).toContain(
      'drills.wrong.steps[0].then[2].to: bxo2\n    the lab has no such node\n    fix: did you mean "box2"?',
    );
    expect(text).toContain("drills.wrong.steps[0].then[2].controls[0].to: bxo3");
  });

  test("a script on a node that is not there", async () => {
    expect(await problemsOf([wrong({ on: "hots1" })])).toContain("drills.wrong.steps[0].on: hots1");
  });

  test("a script on the user's own machine", async () => {
    const hosts: Topology["hosts"] = [{ name: "local", kind: "local" }];
    expect(await problemsOf([wrong({ on: "local" })], { hosts })).toContain(
      "drills.wrong.steps[0].on: local\n    is the machine of the user, which no drill touches",
    );
  });

  test("two of one name", async () => {
    const text = await problemsOf([wrong({}), wrong({ then: [pingAddress("box1", "1.2.3.4")] })]);
    expect(text).toContain("drills[1].name: wrong");
  });
});
