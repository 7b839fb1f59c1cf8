/** Shell scripts that several labs' drills are made of. An undo is safe to repeat, and to run when nothing was done. */

/** Waits until an engine answers, which comes up by itself. */
export const untilEngineAnswers =
  "timeout 60 sh -c 'until docker version >/dev/null 2>&1; do sleep 0.1; done'";

/** Where an engine reads its configuration. */
const CONFIGURATION = "/etc/docker/daemon.json";

const endEngine = [
  "pid=$(cat /var/run/docker.pid)",
  'kill -TERM "$pid"',
  'while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done',
];

/**
 * Restarts a lab host's engine. Its containers have no restart policy, so they stay stopped: they are started in their
 * order, so that on the default bridge each gets its address again.
 */
export function restartEngine(containers: readonly string[]): string {
  return ["set -e", ...endEngine, ...startContainers(containers)].join("\n");
}

/**
 * Kills a lab host's engine and all that it runs, at one moment, as a loss of power does, and keeps it from coming up:
 * what supervises it (vethlab-host) is stopped. The host itself stays, so that it can be started from within.
 */
export const killHost = [
  "set -e",
  'kill -STOP "$(pgrep -ox vethlab-host)"',
  "own=$(readlink /proc/self/ns/pid)",
  // Containers are in process namespaces of their own.
  'inside=$(for one in /proc/[0-9]*; do [ "$(readlink "$one/ns/pid")" = "$own" ] || echo "${one#/proc/}"; done)',
  'kill -KILL $(pgrep "^(dockerd|containerd)") $inside 2>/dev/null || true',
  "umount /run/docker/netns/* 2>/dev/null || true",
].join("\n");

/** Starts a host that was killed. */
export const startHost = ["set -e", 'kill -CONT "$(pgrep -ox vethlab-host)"', untilEngineAnswers].join("\n");

/** Restarts an engine without its key-value store (`dockerd --cluster-store`). Its containers stay stopped. */
export function forgetStore(): string {
  return [
    "set -e",
    `[ ! -e ${CONFIGURATION} ] || mv ${CONFIGURATION} ${CONFIGURATION}.kept`,
    ...endEngine,
    untilEngineAnswers,
  ].join("\n");
}

/** Gives the engine its key-value store again, without a restart, and starts containers that need it. */
export function takeStore(containers: readonly string[]): string {
  return [
    "set -e",
    `if [ -e ${CONFIGURATION}.kept ]; then mv ${CONFIGURATION}.kept ${CONFIGURATION}; fi`,
    untilEngineAnswers,
    'kill -HUP "$(cat /var/run/docker.pid)"',
    `timeout 20 sh -c 'until docker info --format "{{.ClusterStore}}" | grep -q ://; do sleep 0.1; done'`,
    ...startContainers(containers),
  ].join("\n");
}

/** Drops all packets from and to an address, in the kernel of the host that it is run on. */
export function dropAll(address: string): string {
  return [
    "set -e",
    `iptables -I INPUT -s ${address} -j DROP`,
    `iptables -I OUTPUT -d ${address} -j DROP`,
  ].join("\n");
}

/** Lets them pass again. */
export function passAll(address: string): string {
  return [
    deleteRule("filter", "INPUT", `-s ${address} -j DROP`),
    deleteRule("filter", "OUTPUT", `-d ${address} -j DROP`),
  ].join("\n");
}

/** Undoes what a restart of the engine that was interrupted has left: containers that are stopped. */
export function startAll(containers: readonly string[]): string {
  return ["set -e", ...startContainers(containers)].join("\n");
}

/** Plugs a container into a network where it is not, with the address that it had. */
export function plugIn(network: string, container: string, ipv4Address?: string): string {
  const option = ipv4Address === undefined ? "" : `--ip ${ipv4Address} `;
  return `${ifPlugged(network, container)} || docker network connect ${option}${network} ${container}`;
}

/** Unplugs a container from a network where it is plugged in. */
export function unplug(network: string, container: string): string {
  return `if ${ifPlugged(network, container)}; then docker network disconnect ${network} ${container}; fi`;
}

/** Deletes a rule as often as it stands. */
export function deleteRule(table: string, chain: string, rule: string): string {
  const iptables = `iptables -t ${table}`;
  return `while ${iptables} -C ${chain} ${rule} 2>/dev/null; do ${iptables} -D ${chain} ${rule}; done`;
}

function startContainers(containers: readonly string[]): string[] {
  return [untilEngineAnswers, ...containers.map((container) => `docker start ${container}`)];
}

function ifPlugged(network: string, container: string): string {
  const endpoint = `{{json (index .NetworkSettings.Networks "${network}")}}`;
  return `[ "$(docker container inspect --format '${endpoint}' ${container})" != null ]`;
}
