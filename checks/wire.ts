import type { Inspection, Packets, Probe } from "../topology/claims/index.ts";
import type { Topology } from "../topology/document.ts";
import type { Answer } from "../reach/asking.ts";
import type { Check, Finding } from "./check.ts";
import { findOverlaySpace } from "./overlays.ts";
import { observe, questionOf } from "./probes/index.ts";
import { reachCheck } from "./service-checks.ts";

type WireInspection = Extract<Inspection, { kind: "wire" }>;

/** For how long pings are sent, and packets captured: longer, since both begin at the same moment. */
interface Times {
  seconds: number;
  captureSeconds: number;
}

const PING: Times = { seconds: 1, captureSeconds: 1.6 };
/** Tasks are entered first, one by one. */
const PINGS_OF_TASKS: Times = { seconds: 3, captureSeconds: 4 };

/** Stands between the packets that must be seen and those that must not. */
const BORDER = "--";

/**
 * Shell script (POSIX) with arguments SECONDS INTERFACE SEEN [NETWORK [NOT-SEEN [NETWORK]]]: captures, and writes the first packet
 * of either kind. Without a kind that must not be seen, it ends with the first packet.
 *
 * A network's VNI is that of the vxlan device in the namespace that the engine keeps for it. In a packet the VNI is in the
 * three bytes from the fifth of VXLAN's header (RFC 7348), which begins after eight of UDP.
 */
const captureScript = `set -e
seconds=$1
shift
kind() {
  [ -n "$2" ] || { printf '(%s)' "$1"; return; }
  id=$(docker network inspect --format '{{.Id}}' "$2")
  for space in $(${findOverlaySpace}); do
    vni=$(nsenter --net="$space" ip -json -details link show type vxlan | grep -o '"id":[0-9]*' | head -n 1)
  done
  [ -n "$vni" ] || { echo "$2 has no vxlan device here" >&2; exit 1; }
  printf '(%s) and udp[12:4] >> 8 = %s' "$1" "\${vni#*:}"
}
first() { tcpdump -n -Z root -r "$file" -c 1 "$1" 2>"$file.said" || { cat "$file.said" >&2; exit 1; }; }
file=$(mktemp)
trap 'rm -f "$file" "$file.said"' EXIT
seen=$(kind "$2" "$3")
if [ -z "$4" ]; then set -- "$1" "-c 1" "$seen"
else
  unwanted=$(kind "$4" "$5")
  set -- "$1" "" "($seen) or ($unwanted)"
fi
status=0
timeout "$seconds" tcpdump -i "$1" -Z root -U --immediate-mode -w "$file" $2 "$3" 2>"$file.said" || status=$?
if [ "$status" != 0 ] && [ "$status" != 124 ]; then cat "$file.said" >&2; exit 1; fi
first "$seen"
echo ${BORDER}
if [ -n "$unwanted" ]; then first "$unwanted"; fi`;

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

/** `pings` with a capture beside its last questions. */
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
  const kinds = [seen, ...(notSeen === undefined ? [] : [notSeen])];
  const filters = kinds.flatMap(({ filter, network = "" }) => [filter, network]);
  const seconds = String(times.captureSeconds);
  const command = ["sh", "-c", captureScript, "sh", seconds, inspect.interface, ...filters];
  return {
    questions: [{ at: host, command }, ...pings.questions],
    judge([capture = NOT_ASKED, ...pinged]) {
      return judgeWire(inspect, capture, pings.judge(pinged));
    },
  };
}

const NOT_ASKED: Answer = { unavailable: "not asked", lasting: false };

/** What was captured shows the one kind of packets, and not the other, while the ping was answered. */
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

/** The two kinds' first packets, each as one line: tcpdump writes what is wrapped in another packet on a line of its own. */
function sections(stdout: string): string[] {
  return `\n${stdout}\n`.split(`\n${BORDER}\n`).map((section) =>
    section
      .split("\n")
      .map((line) => line.replace(/^\d\d:\d\d:\d\d\.\d+ /, "").trim())
      .filter((line) => line !== "")
      .join(" / "),
  );
}
