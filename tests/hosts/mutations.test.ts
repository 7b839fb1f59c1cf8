import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { Checkout } from "../checkout.ts";

/**
 * Mistakes in the runner of claims by which a claim could hold that must not. The tests of checks/ must notice each: a
 * copy of the checkout is changed in this one place, and they are run there.
 */
jest.setTimeout(120_000);

const mistakes: [what: string, file: string, written: string, mistaken: string][] = [
  [
    "an answer is taken from another question",
    "rounds.ts",
    "unique.get(keyOf(question));",
    "[...unique.values()][0];",
  ],
  [
    "the controls before are not looked at",
    "negatives.ts",
    'failing(controls, controlsBefore, "the control before failed: ") ??',
    "",
  ],
  [
    "the controls after are not looked at",
    "negatives.ts",
    'failing(controls, second, "the control after failed: ") ??',
    "",
  ],
  [
    "an early answer is not asked for again",
    "negatives.ts",
    "failing(early.includes(check) ? [check] : [], second)",
    "undefined",
  ],
  ["there is no window", "negatives.ts", "await sleep(window - secondsSince(started));", ""],
  [
    "silence passes as an answer to a control",
    "probe-check.ts",
    '["reply", "open", "addresses"]',
    '["reply", "open", "addresses", "silence"]',
  ],
  ["a control is dropped", "run.ts", "...claim.controls.map(", "...claim.controls.slice(1).map("],
  ["the place of a silent target is not read", "run.ts", "...held.map(({", "...held.slice(1).map(({"],
  ["doubt changes nothing", "probe-check.ts", "{ holds: false, observed: doubt }", "{ observed: doubt }"],
  [
    "the answer of the neighbour is not looked at",
    "probe-check.ts",
    "return answererCheck(",
    "return undefined && answererCheck(",
  ],
  [
    "an answer from oneself passes",
    "identity.ts",
    "if (holds(holdingOf(from), address) &&",
    "if (address === from &&",
  ],
  ["a target that has moved passes", "identity.ts", "if (problem !== undefined) return problem;", ""],
  [
    "a name that leads elsewhere passes",
    "identity.ts",
    "if (holding === undefined || holds(holding, address)) return undefined;",
    "return undefined;",
  ],
  [
    "a name that leads elsewhere too passes",
    "identity.ts",
    "!holds(holding, address));",
    "address === node);",
  ],
  ["any neighbour passes", "identity.ts", "macs.includes(mac)", "macs.length > 0"],
  [
    "a node that does not tell its addresses passes",
    "holders.ts",
    'if (typeof holding === "string") return',
    'if (typeof holding === "string") return undefined; else if (holding === undefined) return',
  ],
  [
    "a reply passes as silence",
    "answers.ts",
    '"no reply": outcome("no reply", ',
    '"no reply": outcome("no reply", "reply", ',
  ],
  [
    "a name server that is silent passes as an unknown name",
    "answers.ts",
    '"unknown name": outcome("unknown name", ',
    '"unknown name": outcome("unknown name", "no name server", ',
  ],
  ["any text passes", "answers.ts", "body.includes(expect.text)", "body !== undefined"],
  [
    "one address of several passes",
    "answers.ts",
    "sameSet(addresses, destinations(topology, claim))",
    "destinations(topology, claim).some((one) => addresses.includes(one))",
  ],
  [
    "a container that is not there is silent",
    "probes/index.ts",
    'outcome: "failed", text: answer.unavailable',
    'outcome: "silence", text: answer.unavailable',
  ],
  [
    "one claim that holds is enough",
    "run.ts",
    "results.every(({ holds }) => holds)",
    "results.some(({ holds }) => holds)",
  ],
  ["no claim is enough", "run.ts", "(!whole || results.length > 0)", "(!whole || results.length >= 0)"],
  [
    "a node that is no longer at its address passes",
    "run.ts",
    "results.push(...strays(topology, records, findings));",
    "",
  ],
  [
    "silence is claimed of an end that no control shows alive",
    "validate.ts",
    "if (problems.length === 0) problems.push(...unprovenEnds(topology, claim, place));",
    "",
  ],
];

const checkout = new Checkout();
afterAll(() => {
  checkout.remove();
});

/** How the tests of checks/ end. */
async function outcome(): Promise<{ code: number | null; stderr: string }> {
  const { code, stderr } = await checkout.run(
    "node_modules/jest/bin/jest.js",
    [
      "--selectProjects=unit",
      "--testPathPatterns=unit/checks",
      "--reporters=default",
      "--bail",
      "--maxWorkers=1",
    ],
    { NODE_OPTIONS: "--experimental-vm-modules" },
  );
  return { code, stderr };
}

beforeAll(async () => {
  expect(await outcome()).toMatchObject({ code: 0 });
});

test.each(mistakes)("%s: the tests notice", async (_, name, written, mistaken) => {
  const file = `checks/${name}`;
  const text = checkout.read(file);
  expect(text.split(written)).toHaveLength(2);
  checkout.write(file, text.replace(written, mistaken));
  try {
    const { code, stderr } = await outcome();
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("● ") });
  } finally {
    checkout.write(file, text);
  }
});
