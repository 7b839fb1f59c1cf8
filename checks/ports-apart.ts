import type { Inspection } from "../topology/claims/index.ts";
import type { Topology } from "../topology/document.ts";
import type { Verdict } from "./comparisons.ts";
import { nodesByContainer } from "./networks.ts";

type PortsInspection = Extract<Inspection, { kind: "ports apart" }>;

/** Three packets in 0.4 s, and half a second for an answer to come. */
const WAY = "ping -n -c 3 -i 0.2 -W 0.5";
const ALIVE = "ping -n -c 1 -W 1";

/**
 * Script that tells of each container on a bridge network: `on NAME ADDRESS`, twice `alive NAME` where the host reaches it
 * there (before and after), and `way FROM TO` where it reaches another. The engine lists what is no container, too.
 */
const script = `set -e
network=$(docker network inspect --format '{{range $id, $one := .Containers}}{{$id}} {{$one.IPv4Address}}
{{end}}' "$1" | grep . | sort)
ids=$(cut -d ' ' -f 1 <<<"$network")
containers=$(docker container inspect --format '{{.Id}} {{.Name}} {{.State.Pid}}' $ids 2>/dev/null || true)
on=$(join <(echo "$network") <(sort <<<"$containers"))
each() { while read -r _ address name pid; do "$@"; done <<<"$on"; }
tell() { echo "on \${name#/} \${address%/*}"; }
alive() { { if ${ALIVE} "\${address%/*}" >/dev/null; then echo "alive \${name#/}"; fi; } & }
ways() {
  local from=$name space=/proc/$pid/ns/net
  each way
}
way() {
  [ "$from" != "$name" ] || return 0
  { if nsenter --net="$space" ${WAY} "\${address%/*}" >/dev/null; then echo "way \${from#/} \${name#/}"; fi; } &
}
each tell
each alive
wait
each ways
wait
each alive
wait`;

/** The command that tells how the containers on a bridge network reach one another. */
export function portsApartCommand(network: string): string[] {
  return ["bash", "-c", script, "ports", network];
}

/** Nodes on a bridge network do not reach one another there, and their host reaches each before and after. */
export function comparePortsApart(topology: Topology, inspect: PortsInspection, said: string): Verdict {
  const nodeOf = nodesByContainer(topology, inspect.host);
  const lines = said.split("\n").map((line) => line.split(" "));
  const told = (kind: string) =>
    lines
      .filter(([first]) => first === kind)
      .map(([, name = "", other = ""]) => [nodeOf.get(name) ?? name, nodeOf.get(other) ?? other] as const);
  const addresses = new Map(told("on"));
  const absent = inspect.nodes.filter((node) => !addresses.has(node));
  const alive = told("alive");
  const silent = inspect.nodes.filter((node) => alive.filter(([name]) => name === node).length < 2);
  const ways = told("way").filter((pair) => pair.every((node) => inspect.nodes.includes(node)));
  const observed = [
    ...absent.map((node) => `${node} is not on it`),
    ...silent.map((node) => `${node} does not answer ${inspect.host}`),
    ...ways.map(([from, to]) => `${from} reaches ${to} at ${addresses.get(to) ?? "?"}`).sort(),
  ];
  return observed.length > 0
    ? { holds: false, observed: observed.join(", ") }
    : {
        holds: true,
        observed: `no reply: ${inspect.nodes.map((node) => addresses.get(node) ?? "").join(", ")}`,
      };
}
