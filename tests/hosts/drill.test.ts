import { drillsGoAsClaimed, widelyDrilled } from "../drill-life.ts";

// overlay-etcd and overlay-consul stand on the same underlay, the article's.
drillsGoAsClaimed(widelyDrilled, { limitMs: 400_000, lanes: 1 });
