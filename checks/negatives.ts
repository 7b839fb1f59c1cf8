import type { NegativeClaim } from "../topology/claims/index.ts";
import type { Topology } from "../topology/document.ts";
import type { Ask } from "../reach/asking.ts";
import type { Check, Finding } from "./check.ts";
import { probeCheck } from "./probe-check.ts";
import { askRound, secondsSince, sleep, type Timed } from "./rounds.ts";

const SHORTEST_WINDOW_SECONDS = 0.5;
/** The silence is this many times as long as the round trip of the control. */
const ROUND_TRIPS = 20;

/** A negative claim with the checks of its controls. */
export interface Negative {
  claim: NegativeClaim;
  controls: readonly Check[];
}

/** The seconds of silence that a claim needs, from the round trips of its controls. */
export function windowSeconds(controls: ReadonlyMap<Check, Finding>): number {
  const roundTrips = [...controls.values()].map(({ observation }) => observation?.roundTripSeconds ?? 0);
  return Math.max(SHORTEST_WINDOW_SECONDS, ROUND_TRIPS * Math.max(0, ...roundTrips));
}

/**
 * Tests negative claims over one window. The claims are asked at its begin, the controls again at its end. Claims with an
 * early answer (refused, unknown name, unreachable) are asked again at its end, too.
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

/** The observation of the first check that does not hold. */
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
 * The findings of the controls. A control with a long round trip is asked once more: the first packet on a link also waits
 * for the MAC address of the neighbour, for up to a second.
 */
async function measured(
  controls: readonly Check[],
  findings: ReadonlyMap<Check, Finding>,
  ask: Ask,
): Promise<ReadonlyMap<Check, Finding>> {
  const first = new Map([...findings].filter(([check]) => controls.includes(check)));
  return windowSeconds(first) > SHORTEST_WINDOW_SECONDS ? askRound(controls, ask) : first;
}
