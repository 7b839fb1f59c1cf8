import { endpoint, describePacket } from "./packet.ts";
import type { Hop, InterfaceHop, Outcome, PacketTrace, RuleHop } from "./packet-trace.ts";

/** The way of a packet as people read it: numbered hops, by the namespace that each is in. */
export function describeTrace(trace: PacketTrace): string {
  const { from, to, probe, hops, outcome, answer, notes, seconds, command } = trace;
  const whom = to.node === undefined ? "" : `${to.node}, `;
  const lines = [
    `One packet from ${from} to ${whom}${endpoint(to.address, to.port)} (${probe === "ping" ? "ping" : "TCP"}): ${command}`,
  ];
  const width = String(hops.length).length;
  let at = "";
  for (const [index, hop] of hops.entries()) {
    if (hop.at !== at) lines.push("", `in ${hop.at}`);
    at = hop.at;
    lines.push(`  ${String(index + 1).padStart(width)}  ${describeHop(hop)}`);
  }
  lines.push("", describeOutcome(outcome), describeAnswer(trace));
  for (const note of notes) lines.push(`Note: ${note}`);
  if (outcome.result === "arrived" && !answer.received && answer.lastSeen !== undefined) {
    lines.push(`To see where the answer is lost: npx vethlab trace ${trace.stack} ${outcome.at} ${from}`);
  }
  lines.push(`(${seconds.toFixed(1)} s; everything that was put in for tracing is out again)`);
  return lines.join("\n");
}

function describeHop(hop: Hop): string {
  switch (hop.kind) {
    case "interface":
      return describeInterface(hop);
    case "route": {
      if (hop.error !== undefined) return `route      to ${hop.destination}: none (${hop.error})`;
      if (hop.type === "local") return `route      to ${hop.destination}: this namespace itself`;
      const via = hop.via === undefined ? "directly connected" : `via ${hop.via}`;
      const source = hop.source === undefined ? "" : `, source ${hop.source}`;
      return `route      to ${hop.destination}: ${via}, dev ${hop.interface ?? "?"}${source}`;
    }
    case "bridge": {
      const seen = hop.passesIptables
        ? "iptables sees it (bridge-nf-call-iptables = 1)"
        : "iptables does not see it (bridge-nf-call-iptables is off)";
      return `bridge     ${bridgeName(hop.bridge, hop.network)}: from port ${hop.from}${hop.to === undefined ? "" : ` to port ${hop.to}`}, not routed; ${seen}`;
    }
    case "rule":
      return `rule       ${ruleName(hop)}: ${hop.rule}  => ${hop.verdict}${counters(hop)}`;
    case "policy":
      return `policy     ${hop.table} ${hop.chain}: no rule has decided  => ${hop.verdict}`;
    case "translation": {
      const by = hop.by === undefined ? "" : `, by ${ruleName(hop.by)}`;
      return `NAT        ${hop.what} ${hop.before} becomes ${hop.after}${by}`;
    }
  }
}

function describeInterface(hop: InterfaceHop): string {
  const { direction, interface: name, addresses, peer, bridge, network, packet, microseconds } = hop;
  const what = [
    name,
    ...addresses,
    ...(bridge === undefined ? [] : [`port of ${bridgeName(bridge, network)}`]),
    ...(bridge === undefined && network !== undefined && network !== name
      ? [`bridge of network ${network}`]
      : []),
    ...(peer === undefined ? [] : [`veth, peer ${peer.interface} in ${peer.at}`]),
  ];
  return `${direction === "in" ? "in   " : "out  "}      ${what.join(", ")}: ${describePacket(packet)}, ttl ${packet.ttl}, +${microseconds} µs`;
}

function describeOutcome(outcome: Outcome): string {
  switch (outcome.result) {
    case "arrived":
      return `Arrived in ${outcome.at} as ${describePacket(outcome.packet)}${outcome.listener === undefined ? "" : `, where ${outcome.listener} listens`}.`;
    case "lost":
      return `Lost in ${outcome.at}: ${outcome.why}.`;
    case "dropped": {
      const { by } = outcome;
      return by.kind === "policy"
        ? `Dropped in ${outcome.at} by the policy of chain ${by.chain} (table ${by.table}): no rule has accepted it.`
        : `Dropped in ${outcome.at} by ${ruleName(by)}: ${by.rule}`;
    }
  }
}

function describeAnswer({ answer, from }: PacketTrace): string {
  const { received, text, lastSeen } = answer;
  if (received) return `Answer at ${from}: ${text}.`;
  const seen =
    lastSeen === undefined
      ? ""
      : ` An answer was last seen in ${lastSeen.at}, ${lastSeen.direction === "in" ? "coming in by" : "going out by"} ${lastSeen.interface}.`;
  return `No answer at ${from}: ${text}.${seen}`;
}

function ruleName({ table, chain, number }: Pick<RuleHop, "table" | "chain" | "number">): string {
  return `${table} ${chain} ${number === undefined ? "(gone since)" : `#${number}`}`;
}

function counters({ packetsBefore, packetsAfter }: RuleHop): string {
  return packetsBefore === undefined || packetsAfter === undefined
    ? ""
    : ` (counter ${packetsBefore} -> ${packetsAfter})`;
}

function bridgeName(bridge: string, network: string | undefined): string {
  return network === undefined || network === bridge ? bridge : `${bridge} (${network})`;
}
