import type { Inspection, Packets, Probe } from "../topology/claims/index.ts";
import type { Topology } from "../topology/document.ts";
import type { Answer } from "../reach/asking.ts";
import { scriptCall } from "../scripts/index.ts";
import type { Check, Finding } from "./check.ts";
import { observe, questionOf } from "./probes/index.ts";
import { reachCheck } from "./service-checks.ts";

type WireInspection = Extract<Inspection, { kind: "wire" }>;

/** Duration of the pings and of the capture. Both begin at the same moment, so the capture lasts longer. */
interface Times {
  seconds: number;
  captureSeconds: number;
}

const PING: Times = { seconds: 1, captureSeconds: 1.6 };
/** Longer, since the tasks are entered one by one first. */
const PINGS_OF_TASKS: Times = { seconds: 3, captureSeconds: 4 };

/** The line between the packets that must be seen and those that must not, as scripts/wire.sh writes it. */
const BORDER = "--";

/** The check of a claim about packets on a wire: they are captured while pings are answered. */
export function wireCheck(topology: Topology, inspect: WireInspection): Check {
  const { during } = inspect;
  return during.kind === "ping"
    ? besideCapture(inspect, PING, pingCheck(topology, during))
    : besideCapture(
        inspect,
        PINGS_OF_TASKS,
        reachCheck(topology, during, { rounds: 4 * PINGS_OF_TASKS.seconds }),
      );
}

function pingCheck(topology: Topology, during: Extract<Probe, { kind: "ping" }>): Check {
  return {
    questions: [questionOf(topology, during, PING.seconds)],
    judge([pinged = NOT_ASKED]) {
      const { outcome, text } = observe(during, pinged, new Set());
      return { holds: outcome === "reply", observed: `${during.from} pings: ${text}` };
    },
  };
}

/** The check `pings` with a capture beside its last questions. */
function besideCapture(inspect: WireInspection, times: Times, pings: Check): Check {
  if (pings.next !== undefined) {
    return {
      ...pings,
      next(answers) {
        const last = pings.next?.(answers);
        return last && besideCapture(inspect, times, last);
      },
    };
  }
  const { host, seen, notSeen } = inspect;
  const command = scriptCall("wire", [], {
    DURATION: String(times.captureSeconds),
    INTERFACE: inspect.interface,
    WANTED: seen.filter,
    WANTED_NETWORK: seen.network ?? "",
    UNWANTED: notSeen?.filter ?? "",
    UNWANTED_NETWORK: notSeen?.network ?? "",
  });
  return {
    questions: [{ at: host, command }, ...pings.questions],
    judge([capture = NOT_ASKED, ...pinged]) {
      return judgeWire(inspect, capture, pings.judge(pinged));
    },
  };
}

const NOT_ASKED: Answer = { unavailable: "not asked", lasting: false };

/** The capture has the wanted kind of packets, and not the unwanted kind, while the ping was answered. */
export function judgeWire({ seen, notSeen }: WireInspection, capture: Answer, pings: Finding): Finding {
  if ("unavailable" in capture)
    return { holds: false, observed: capture.unavailable, lasting: capture.lasting };
  if (capture.status !== 0) return { holds: false, observed: capture.stderr || `status ${capture.status}` };
  const [wanted = "", unwanted = ""] = sections(capture.stdout);
  if (notSeen !== undefined && unwanted !== "") return { holds: false, observed: unwanted };
  if (!pings.holds) return { holds: false, observed: pings.observed };
  return wanted === "" ? { holds: false, observed: none(seen) } : { holds: true, observed: wanted };
}

function none({ what }: Packets): string {
  return `no ${what}`;
}

/** The first packet of each kind, in one line. tcpdump writes the inner packet of a tunnel on a second line. */
function sections(stdout: string): string[] {
  return `\n${stdout}\n`.split(`\n${BORDER}\n`).map((section) =>
    section
      .split("\n")
      .map((line) => line.replace(/^\d\d:\d\d:\d\d\.\d+ /, "").trim())
      .filter((line) => line !== "")
      .join(" / "),
  );
}
