import { expect, test } from "@jest/globals";
import type { Answer } from "../../../reach/asking.ts";
import { mtu, noPing, noPingByName, ping, pingProbe } from "../../../checks/claims.ts";
import { windowSeconds } from "../../../checks/negatives.ts";
import { judgeClaims, type Progress } from "../../../checks/run.ts";
import type { Claim } from "../../../topology/claims/index.ts";
import { answering, labWith, replied, silent, unknown } from "./lab.ts";

const positive = ping("box1", "box2");
const controls = [pingProbe("box1", "box2")] as const;
const negative = noPing("box3", "box1", { controls });
const byName = noPingByName("box3", "box1", { controls });

async function results(claims: Claim[], script: Record<string, Answer[]>, deadlineSeconds = 0) {
  const { ask, asked } = answering(script);
  const report = await judgeClaims(labWith(...claims), ask, { deadlineSeconds });
  return { asked, outcomes: report.results.map(({ holds, observed }) => ({ holds, observed })), report };
}

test("a positive claim is asked until it holds", async () => {
  const { asked, report } = await results([positive], { "box1: 172.18.0.3": [silent, silent, replied] }, 5);
  expect(asked).toHaveLength(3);
  expect(report).toMatchObject({
    ok: true,
    results: [{ holds: true, polarity: "positive", expected: "reply" }],
  });
  expect(report.results[0]?.byHand).toBe("npx vethlab exec try box1 -- ping -c 1 172.18.0.3");
});

test("at the deadline it has failed, and says what was seen", async () => {
  const { outcomes, report } = await results([positive], { "box1: 172.18.0.3": [silent] }, 0.3);
  expect(outcomes).toEqual([{ holds: false, observed: "no reply" }]);
  expect(report.ok).toBe(false);
  expect(report.seconds).toBeLessThan(1);
});

test("what fails for good is not waited for", async () => {
  const gone: Answer = { unavailable: "No such container: x", lasting: true };
  const { asked, outcomes } = await results([positive], { "box1: 172.18.0.3": [gone] }, 15);
  expect(asked).toHaveLength(1);
  expect(outcomes).toEqual([{ holds: false, observed: "No such container: x" }]);
});

test("silence holds while its control does, before and after, over the window", async () => {
  const { asked, outcomes, report } = await results([positive, negative], {
    "box1: 172.18.0.3": [replied],
    "box3: 172.18.0.2": [silent],
  });
  expect(outcomes).toEqual([
    { holds: true, observed: "reply from 172.18.0.3 in 0.045 ms" },
    { holds: true, observed: "no reply" },
  ]);
  // the control is the positive claim's own question, and asked once
  expect(asked).toEqual([["box1: 172.18.0.3"], ["box3: 172.18.0.2"], ["box1: 172.18.0.3"]]);
  expect(report.results[1]?.seconds).toBeGreaterThanOrEqual(0.499);
});

test.each([
  ["fails before", [silent], "the control before failed: no reply"],
  ["fails after", [replied, silent], "the control after failed: no reply"],
  [
    "cannot be run after",
    [replied, { unavailable: "box1 is gone", lasting: false }],
    "the control after failed: box1 is gone",
  ],
])("silence shows nothing when the control %s", async (_, control, observed) => {
  const script = { "box1: 172.18.0.3": control, "box3: 172.18.0.2": [silent] };
  expect((await results([negative], script)).outcomes).toEqual([{ holds: false, observed }]);
});

test("a reply where silence is claimed", async () => {
  const script = { "box1: 172.18.0.3": [replied], "box3: 172.18.0.2": [replied] };
  expect((await results([negative], script)).outcomes).toEqual([
    { holds: false, observed: "reply from 172.18.0.3 in 0.045 ms" },
  ]);
});

test("a claim about a dead box does not hold by its silence", async () => {
  const dead: Answer = { unavailable: "container box3 is not running (exited)", lasting: false };
  const script = { "box1: 172.18.0.3": [replied], "box3: 172.18.0.2": [dead] };
  expect((await results([negative], script)).outcomes).toEqual([
    { holds: false, observed: "container box3 is not running (exited)" },
  ]);
});

test("an early answer is asked for again at the end of the window", async () => {
  const script = { "box1: 172.18.0.3": [replied], "box3: box1": [unknown, unknown] };
  const { asked, outcomes } = await results([byName], script);
  expect(outcomes).toEqual([{ holds: true, observed: "unknown name" }]);
  expect(asked.at(-1)).toEqual(["box1: 172.18.0.3", "box3: box1"]);
  const late = { "box1: 172.18.0.3": [replied], "box3: box1": [unknown, replied] };
  expect((await results([byName], late)).outcomes[0]?.holds).toBe(false);
});

test("a name server that does not answer is no unknown name", async () => {
  const timeout: Answer = {
    ...unknown,
    stderr: "ping: box1: Temporary failure in name resolution",
  };
  const script = { "box1: 172.18.0.3": [replied], "box3: box1": [timeout] };
  expect((await results([byName], script)).outcomes).toEqual([
    { holds: false, observed: "no answer from the name server" },
  ]);
});

test("the window is 20 round trips of the slowest control, and half a second at least", () => {
  const finding = (roundTripSeconds: number) => ({
    holds: true,
    observed: "",
    observation: { outcome: "reply" as const, text: "", roundTripSeconds },
  });
  const control = (): never => {
    throw new Error("not asked here");
  };
  const checks = [1, 2].map(() => ({ questions: [], judge: control }));
  const findings = (...seconds: number[]) =>
    new Map(checks.slice(0, seconds.length).map((check, index) => [check, finding(seconds[index] ?? 0)]));
  expect(windowSeconds(findings(0.001))).toBe(0.5);
  expect(windowSeconds(findings(0.001, 0.1))).toBe(2);
  expect(windowSeconds(new Map())).toBe(0.5);
});

test("a slow first round trip is measured again before it makes a long window", async () => {
  const slow: Answer = {
    ...replied,
    stdout: "64 bytes from 172.18.0.3: icmp_seq=1 ttl=64 time=1000 ms",
  };
  const script = { "box1: 172.18.0.3": [slow, replied], "box3: 172.18.0.2": [silent] };
  const { report } = await results([negative], script);
  expect(report.ok).toBe(true);
  expect(report.seconds).toBeLessThan(2);
});

test("progress tells what is waited for", async () => {
  const { ask } = answering({ "box1: 172.18.0.3": [silent, replied] });
  const seen: Progress[] = [];
  await judgeClaims(labWith(positive), ask, { onProgress: (progress) => seen.push(progress) });
  expect(seen).toMatchObject([
    { holding: 0, of: 1, waitingFor: ["box1 pings box2"] },
    { holding: 1, of: 1, waitingFor: [] },
  ]);
});

const tooLarge: Answer = { ...silent, stderr: "ping: local error: message too long, mtu=1450" };
const notRun: Answer = { ...silent, status: 127, stdout: "", stderr: "sh: ping: not found" };

test.each<[string, Answer[], boolean, string]>([
  ["one byte more does not pass", [replied, replied, tooLarge], true, "1450 bytes pass, 1451 do not"],
  ["one byte more is lost", [replied, replied, silent], true, "1450 bytes pass, 1451 do not"],
  ["one byte more passes", [replied, replied, replied], false, "1451 bytes pass too"],
  ["the size itself does not pass", [replied, silent, silent], false, "of 1450 bytes, no reply"],
  ["nothing passes", [silent, silent, silent], false, "no reply"],
  ["one byte more was not sent", [replied, replied, notRun], false, "of 1451 bytes, sh: ping: not found"],
])("the MTU of a path: %s", async (_, answers, holds, observed) => {
  const { outcomes, report } = await results([mtu("box1", "box2", 1450)], { "box1: 172.18.0.3": answers });
  expect(outcomes).toEqual([{ holds, observed }]);
  expect(report.results[0]).toMatchObject({
    claim: "packets of up to 1450 bytes pass from box1 to box2",
    expected: "1450 bytes pass, one more does not",
    byHand: expect.stringContaining("ping -n -c 1 -M do -s 1422 172.18.0.3; "),
  });
});
