import type { NegativeClaim } from "../topology/claims/index.ts";
import type { Topology } from "../topology/document.ts";
import type { Ask } from "../reach/asking.ts";
import type { Check, Finding } from "./check.ts";
import { probeCheck } from "./probe-check.ts";
import { askRound, secondsSince, sleep, type Timed } from "./rounds.ts";

const SHORTEST_WINDOW_SECONDS = 0.5;
/** A reply that takes so many times longer than the control's does not come any more. */
const ROUND_TRIPS = 20;

/** A negative claim with the checks of its controls. */
export interface Negative {
  claim: NegativeClaim;
  controls: readonly Check[];
}

/** For how long silence must last, given what the controls saw. */
export function windowSeconds(controls: ReadonlyMap<Check, Finding>): number {
  const roundTrips = [...controls.values()].map(({ observation }) => observation?.roundTripSeconds ?? 0);
  return Math.max(SHORTEST_WINDOW_SECONDS, ROUND_TRIPS * Math.max(0, ...roundTrips));
}

/**
 * Tests negative claims over one window: asked when it begins; when it is over their controls are asked again, and so
 * are those claims that were not silent but had an early answer (refused, unknown name, unreachable).
 * @param before - what the controls said just before.
 */
export async function testNegatives(
  topology: Topology,
  negatives: readonly Negative[],
  before: ReadonlyMap<Check, Finding>,
  ask: Ask,
): Promise<Map<NegativeClaim, Timed>> {
  if (negatives.length === 0) return new Map();
  const allControls = negatives.flatMap(({ controls }) => controls);
  const controlsBefore = await measured(allControls, before, ask);
  const window = windowSeconds(controlsBefore);
  const asked = negatives.map((negative) => ({
    ...negative,
    check: probeCheck(topology, negative.claim, window),
  }));
  const started = performance.now();
  const first = await askRound(
    asked.map(({ check }) => check),
    ask,
    window,
  );
  await sleep(window - secondsSince(started));
  const early = asked
    .map(({ check }) => check)
    .filter((check) => first.get(check)?.observation?.outcome !== "silence");
  const second = await askRound([...allControls, ...early], ask, window);
  const seconds = secondsSince(started);
  return new Map(
    asked.map(({ claim, check, controls }) => {
      const problem =
        failing(controls, controlsBefore, "the control before failed: ") ??
        failing([check], first) ??
        failing(controls, second, "the control after failed: ") ??
        failing(early.includes(check) ? [check] : [], second);
      const observed = problem ?? first.get(check)?.observed ?? "";
      return [claim, { holds: problem === undefined, observed, seconds }];
    }),
  );
}

/** What was observed of the first check that does not hold. */
function failing(
  checks: readonly Check[],
  findings: ReadonlyMap<Check, Finding>,
  what = "",
): string | undefined {
  for (const check of checks) {
    const finding = findings.get(check);
    if (finding?.holds !== true) return what + (finding?.observed ?? "not asked");
  }
  return undefined;
}

/**
 * What the controls say; asked once more where a round trip was long: the first packet on a link also waits, for as
 * long as a second, until the neighbour's hardware address is known.
 */
async function measured(
  controls: readonly Check[],
  findings: ReadonlyMap<Check, Finding>,
  ask: Ask,
): Promise<ReadonlyMap<Check, Finding>> {
  const first = new Map([...findings].filter(([check]) => controls.includes(check)));
  return windowSeconds(first) > SHORTEST_WINDOW_SECONDS ? askRound(controls, ask) : first;
}
