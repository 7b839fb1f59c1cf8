import { drillsGoAsClaimed, widelyDrilled } from "../drill-life.ts";

drillsGoAsClaimed(widelyDrilled);
