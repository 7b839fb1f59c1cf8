/** Drills on two hosts that share classic overlays. */
import type { Claim } from "./claims/index.ts";
import { dropAll, passAll, restartEngine, startAll } from "./drill-scripts.ts";
import type { Drill } from "./drills.ts";

/**
 * host1 and host2 lose sight of each other, and find each other again.
 *
 * @param host2 its address
 */
export function partition(host2: string, claims: { apart: Claim[]; again: Claim[] }): Drill {
  return {
    name: "partition",
    title: "The hosts lose sight of each other, and find each other again",
    steps: [
      {
        title: "drop all packets between the hosts",
        on: "host1",
        run: dropAll(host2),
        undo: passAll(host2),
        then: claims.apart,
      },
      { title: "let them pass again", on: "host1", run: passAll(host2), then: claims.again },
    ],
  };
}

/**
 * The engine of host1 is restarted.
 *
 * @param boxes those of host1, in the order in which they were made, and have their addresses
 */
export function restartHost1(boxes: readonly string[], again: Claim[]): Drill {
  return {
    name: "restart-engine",
    title: "The engine of host1 is restarted: its boxes come back to their networks, with their addresses",
    steps: [
      {
        title: "restart the engine of host1, and start its boxes again",
        on: "host1",
        run: restartEngine(boxes),
        undo: startAll(boxes),
        then: again,
      },
    ],
  };
}
