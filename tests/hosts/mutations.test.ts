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
    "answerers.ts",
    "!isReachedAt(holding, address));",
    "address === node);",
  ],
  ["any neighbour passes", "answerers.ts", "macs.includes(mac)", "macs.length > 0"],
  [
    "a rule that leads elsewhere passes",
    "answerers.ts",
    "return answerer === undefined || answerer === address ||",
    "return answerer !== node ||",
  ],
  [
    "one doubt that is dispelled dispels all",
    "answerers.ts",
    "known.length > 0 && known.length === further.length",
    "known.length > 0",
  ],
  [
    "a server that nothing shows to be the claimed one passes",
    "answerers.ts",
    "if (answerer !== undefined && isReachedAt(",
    "if (answerer === undefined || isReachedAt(",
  ],
  [
    "a port that leads to another node passes",
    "answerers.ts",
    "isReachedAt(holdingOf(by), answerer)) return undefined;",
    "by !== answerer) return undefined;",
  ],
  [
    "another node's web server passes",
    "identity.ts",
    "speakers.some((one) => shareNamespace(topology, one, meant))",
    'speaker !== ""',
  ],
  [
    "a loopback address is one at which others are reached",
    "identity.ts",
    '!address.startsWith("127.") && holds(holding, address)',
    "holds(holding, address)",
  ],
  [
    "an old connection decides who answers",
    "translations.ts",
    ".sort((a, b) => a.age - b.age ||",
    ".sort((a, b) => b.age - a.age ||",
  ],
  [
    "of two connections of one second the innocent one decides",
    "translations.ts",
    "Number(a.answerer === destination) - Number(b.answerer === destination)",
    "Number(b.answerer === destination) - Number(a.answerer === destination)",
  ],
  [
    "a veth pair with a peer in another namespace passes",
    "comparisons.ts",
    "if (named === undefined || named !== peerNamespace) {",
    "if (named === undefined) {",
  ],
  [
    "a namespace without a number passes",
    "comparisons.ts",
    "if (named === undefined || named !== peerNamespace) {",
    "if (named !== peerNamespace) {",
  ],
  [
    "two namespaces with the same addresses pass for one",
    "comparisons.ts",
    "one.namespace === other.namespace",
    "ours === theirs",
  ],
  [
    "a box that nothing shows alive is apart",
    "ports-apart.ts",
    "=== node).length < 2",
    "=== node).length < 1",
  ],
  ["one address for two nodes passes", "overlays.ts", " && new Set(found).size === nodes.length", ""],
  ["two networks of one name pass for one", "overlays.ts", "holds: same && told", "holds: told"],
  [
    "any error is a refusal",
    "overlays.ts",
    "error !== undefined && /not a swarm manager/i.test(error)",
    "error !== undefined",
  ],
  [
    "dead tasks are walled off",
    "services.ts",
    "if (dead !== undefined) return",
    "if (dead === undefined && alive.length === 0) return",
  ],
  [
    "tasks that do not run yet are left out",
    "service-checks.ts",
    "if (problem !== undefined) return { holds: false, observed: problem };",
    "",
  ],
  ["larger packets may pass", "services.ts", "return through === undefined\n", "return fits.holds\n"],
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
