/** Shell scripts (bash -euo pipefail) by which engines become a Swarm. Safe to repeat; what fails leaves nothing. */
import type { HostKind } from "./config.ts";

/** How often nodes report, by the kind of their host. */
export const defaultHeartbeatSeconds = {
  container: 5,
  local: 5,
  ssh: 5,
  vm: 30,
} as const satisfies Record<HostKind, number>;

/** Where managers listen for nodes, and where all nodes tell one another of their networks (TCP and UDP). */
const MANAGER_PORT = 2377;
const GOSSIP_PORT = 7946;
/** How long a port may be silent, and a join take; seconds. A busy engine on an emulated processor takes its time. */
const CONNECT_LIMIT_SECONDS = 5;
const JOIN_LIMIT_SECONDS = 90;
const OLDEST_ENGINE = "1.12";

interface SwarmEnd {
  /** host1, host2, ... */
  name: string;
  address: string;
}

/** Makes a Swarm, and prints the token by which others join it. */
export function initScript(address: string, heartbeatSeconds: number): string {
  const heartbeat = `--dispatcher-heartbeat ${heartbeatSeconds}s`;
  return `
if [ "$(docker info --format '{{.Swarm.LocalNodeState}}')" = active ]; then
  docker swarm update ${heartbeat} >/dev/null
else
  docker swarm init --advertise-addr ${address} --listen-addr ${address}:${MANAGER_PORT} ${heartbeat} >/dev/null
fi
docker swarm join-token --quiet worker`;
}

/** On a host that is to join: tests that the ports of the manager answer. By bash alone: a machine may have no nc. */
export function reachScript(node: string, manager: SwarmEnd): string {
  const where = `${manager.name} (${manager.address})`;
  return `
fail() { echo "${node} cannot join the Swarm of ${manager.name}: $1" >&2; exit 1; }
for port in ${MANAGER_PORT} ${GOSSIP_PORT}; do
  status=0
  said=$(LC_ALL=C timeout ${CONNECT_LIMIT_SECONDS} bash -c ": </dev/tcp/${manager.address}/$port" 2>&1) || status=$?
  case $status:$said in
    0:*) ;;
    124:*) fail "port $port/tcp of ${where} has not answered within ${CONNECT_LIMIT_SECONDS} s. Does a firewall drop its packets?" ;;
    *refused*) fail "port $port/tcp of ${where} is closed. Is it a manager, and does no firewall refuse the port?" ;;
    *) fail "port $port/tcp of ${where} cannot be reached: \${said##*: }. Is there a way to it, and does no firewall turn it away?" ;;
  esac
done`;
}

/** Joins the Swarm of `manager` by the token on standard input, and prints the id of the node. */
export function joinScript(node: SwarmEnd, manager: SwarmEnd): string {
  return `
read -r token || [ -n "$token" ]
fail() { echo "${node.name} cannot join the Swarm of ${manager.name}: $1" >&2; exit 1; }
look() { read -r state id version < <(docker info --format '{{.Swarm.LocalNodeState}} {{or .Swarm.NodeID "-"}} {{.ServerVersion}}'); }
look
if [ "$state" != active ]; then
  [ "$(printf '%s\\n' ${OLDEST_ENGINE} "$version" | sort -V | head -n 1)" = ${OLDEST_ENGINE} ] ||
    fail "its engine is Docker $version, and Swarm needs ${OLDEST_ENGINE} or newer"
  if ! said=$(docker swarm join --token "$token" --advertise-addr ${node.address} ${manager.address}:${MANAGER_PORT} 2>&1); then
    # Docker's client waits for 20 s; the engine goes on trying.
    while look && [ "$state" = pending ] && [ "$SECONDS" -lt ${JOIN_LIMIT_SECONDS} ]; do
      said=$(docker info --format '{{.Swarm.Error}}')
      [[ $said != *certificate* ]] || break
      sleep 0.5
    done
  fi
  look
  if [ "$state" != active ]; then
    docker swarm leave --force >/dev/null 2>&1 || true
    case $said in
      *"has expired or is not yet valid"*) fail "the clocks of the two differ (here it is $(date -u '+%F %T') UTC), and so certificates are not valid yet, or no more. Set both by NTP. Docker says: $said" ;;
      "") fail "the join has not come to an end within ${JOIN_LIMIT_SECONDS} s" ;;
      *) fail "Docker says: $said" ;;
    esac
  fi
fi
echo "$id"`;
}
