import { commandLine } from "../../topology/shell.ts";
import { CAPTURE_FILTER, type ProbePacket } from "./probe.ts";
import { rulesetScript, type TracingPoint } from "./ruleset.ts";
import type { Space } from "./spaces.ts";

/** Shell scripts for one end of a trace: what they answer are frames of reach/protocol.ts. */

/** Bytes of a packet that are kept: enough for the payload by which a ping is known. */
const SNAPLEN = 192;

/** A namespace with the chains in which tracing begins there. */
export interface Watched {
  space: Space;
  points: readonly TracingPoint[];
}

/** Reads what a namespace is like. Frames: `links.KEY`, `saved.KEY`, `bridge.KEY`. */
export function lookScript(spaces: readonly Space[]): string {
  return spaces
    .map(({ key, enter, iptables }) =>
      [
        `emit links.${key} 0 "$(${enter} ip -json -details address)"`,
        `emit saved.${key} 0 "$(${iptables ? `${enter} iptables-save | grep '^[*:]'` : ""})"`,
        `emit bridge.${key} 0 "$(${enter} cat /proc/sys/net/bridge/bridge-nf-call-iptables 2>/dev/null)"`,
      ].join("\n"),
    )
    .join("\n")
    .concat("\n");
}

/**
 * Puts the rules for tracing in, begins to capture and to read the kernel's trace, and lists the rules with their
 * counters. Frames: `before.KEY` where there are rules, `refused` when iptables refuses a rule, and `ready`.
 *
 * Whatever ends the shell (its input is closed when vethlab ends, even by kill -9) takes all of it out again.
 */
export function watchScript(watched: readonly Watched[], packet: ProbePacket): string {
  return [
    `work=$(mktemp -d /tmp/vethlab-trace.XXXXXX) pids= problem=`,
    `clean() {`,
    `trap - EXIT`,
    removeRulesScript(watched, packet),
    `kill $pids; rm -rf "$work"`,
    `} 2>/dev/null`,
    `trap clean EXIT`,
    `trap 'exit 1' HUP INT TERM`,
    ...watched.flatMap(({ space: { key, enter }, points }) => [
      background(`${enter} ${tcpdump(key)} 2>"$work/${key}.err"`),
      ...(points.length === 0
        ? []
        : [
            `${background(`${enter} xtables-monitor --trace >"$work/${key}.trace" 2>&1`)}; monitor_${key}=$!`,
          ]),
      ...points.map(({ table, chain }) => {
        const ways = packet.matches.map(
          (match) =>
            `problem=$(${enter} ${commandLine(["iptables", "-w", "5", "-t", table, "-I", chain, "1", ...match])} 2>&1)`,
        );
        return `${ways.join(" || ")} || emit refused 1 "$problem"`;
      }),
    ]),
    // until each of them listens, at most 3 s
    `tries=0; while [ $tries -lt 150 ]; do`,
    `late=`,
    ...watched.flatMap(({ space: { key }, points }) => [
      `grep -q 'listening on' "$work/${key}.err" || late=1`,
      // 00000100: the group of the kernel's trace events
      ...(points.length === 0
        ? []
        : [`grep -q '^[^ ]* *12 .* 00000100 ' "/proc/$monitor_${key}/net/netlink" || late=1`]),
    ]),
    `[ -n "$late" ] || break; tries=$((tries + 1)); sleep 0.02`,
    `done`,
    ...watched
      .filter(({ points }) => points.length > 0)
      .map(({ space: { key, enter } }) => `emit before.${key} 0 "$(${rulesetScript(enter)})"`),
    `emit ready 0 ''`,
    "",
  ].join("\n");
}

/** Sends the packet. Frame: `sent`, with what the command said and its status. */
export function sendScript({ enter }: Space, { command }: ProbePacket): string {
  return `said=$(${enter} ${commandLine(command)} 2>&1); emit sent $? "$said"\n`;
}

/** Ends the watch. Frames: `after.KEY`, `trace.KEY`, `pcap.KEY`, and `cleaned`. */
export function collectScript(watched: readonly Watched[]): string {
  return [
    // what the kernel has just reported is on its way to those who read it
    `sleep 0.1`,
    ...watched
      .filter(({ points }) => points.length > 0)
      .map(({ space: { key, enter } }) => `emit after.${key} 0 "$(${rulesetScript(enter)})"`),
    `kill $pids 2>/dev/null; wait; pids=`,
    ...watched.flatMap(({ space: { key } }) => [
      `emit trace.${key} 0 "$(cat "$work/${key}.trace" 2>/dev/null)"`,
      `emit pcap.${key} 0 "$(base64 "$work/${key}.pcap" | tr -d '\\n')"`,
    ]),
    cleanScript,
  ].join("\n");
}

/** Takes everything out again. Frame: `cleaned`. */
export const cleanScript = `clean; emit cleaned 0 ''\n`;

/** Removes the rules for tracing, and says nothing where they are not there. */
export function removeRulesScript(watched: readonly Watched[], packet: ProbePacket): string {
  const lines = watched.flatMap(({ space: { enter }, points }) =>
    points.flatMap(({ table, chain }) =>
      packet.matches.map(
        (match) => `${enter} ${commandLine(["iptables", "-w", "5", "-t", table, "-D", chain, ...match])}`,
      ),
    ),
  );
  return lines.length === 0 ? ":" : lines.join("\n");
}

function tcpdump(key: string): string {
  const words = ["tcpdump", "-i", "any", "-y", "LINUX_SLL2", "-Z", "root", "-n", "-U", "--immediate-mode"];
  const command = commandLine([...words, "--time-stamp-precision=nano", "-s", String(SNAPLEN)]);
  return `${command} -w "$work/${key}.pcap" ${commandLine([CAPTURE_FILTER])}`;
}

function background(command: string): string {
  return `${command} & pids="$pids $!"`;
}
