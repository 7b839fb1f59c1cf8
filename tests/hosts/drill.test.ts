import { drillsGoAsClaimed, widelyDrilled } from "../drill-life.ts";

// overlay-etcd and overlay-consul stand on the same underlay, the article's.
drillsGoAsClaimed(widelyDrilled, 1);
