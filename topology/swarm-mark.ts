/**
 * On a machine of the user's a Swarm may be somebody else's. A volume with the stack's labels tells that the one which an
 * engine is in is the lab's: it is made before, and removed after, so that a run that is killed in between leaves nothing
 * that is not known. Shell scripts for any POSIX shell, safe to repeat.
 */
import { GATEWAY_BRIDGE } from "./engine-networks.ts";
import { SWARM_LABEL } from "./labels.ts";
import { inQuotes } from "./shell.ts";

/** For how long what a Swarm leaves behind may still be in use, and tasks and nodes take to go: quarters of a second. */
const LEFT_BRIDGE_TRIES = 20;
const GOING_TRIES = 40;

const stateOfSwarm = "docker info --format '{{.Swarm.LocalNodeState}}'";
const tasksHere = "docker ps --all --quiet --filter label=com.docker.swarm.task";
/** Answered by a manager only. */
const othersReady = "docker node ls --format '{{.Self}} {{.Status}}' 2>/dev/null | grep -q '^false Ready'";

/** Marks the Swarm that an engine is about to be in; fails where it is in one that is not marked. */
export function markScript(
  host: string,
  volume: string,
  labels: readonly { label: string; value: string }[],
): string {
  const words = labels.map(({ label, value }) => `--label ${inQuotes(`${label}=${value}`)}`).join(" ");
  return `
if [ "$(${stateOfSwarm})" = inactive ]; then
  bridge=made
  if docker network inspect ${GATEWAY_BRIDGE} >/dev/null 2>&1; then bridge=found; fi
  docker volume create ${words} --label ${SWARM_LABEL}=$bridge ${volume} >/dev/null
elif ! docker volume inspect ${volume} >/dev/null 2>&1; then
  echo "${host} is in a Swarm already, and that is not this lab's" >&2
  exit 1
fi`;
}

/**
 * Takes an engine out of the Swarm that is so marked, with all that this has made there. Where services are left their tasks
 * end before, and a manager stays until the other nodes, who hear of it from the manager, have left: an engine that leaves
 * with tasks on an overlay network finds no peers on such networks of its next Swarm (seen with 20.10).
 */
export function leaveScript(host: string, volume: string): string {
  return `
state=$(${stateOfSwarm}) || exit
if ! bridge=$(docker volume inspect --format '{{index .Labels "${SWARM_LABEL}"}}' ${volume} 2>/dev/null); then
  [ "$state" != inactive ] || exit 0
  echo "${host} is in a Swarm, and the volume ${volume}, by which the lab knows its own, is gone. If it is the lab's: docker swarm leave --force" >&2
  exit 1
fi
if [ "$state" != inactive ]; then
  services=
  removeServices() {
    for service in $(docker service ls --quiet 2>/dev/null || true); do
      services=some
      docker service rm "$service" >/dev/null 2>&1 || true
    done
  }
  removeServices
  tries=0
  while [ "$tries" -lt ${GOING_TRIES} ] && { [ -n "$(${tasksHere})" ] || { [ -n "$services" ] && ${othersReady}; }; }; do
    sleep 0.25
    # What a killed run has begun over ssh comes to its end, and may have made one more.
    removeServices
    tries=$((tries + 1))
  done
  docker swarm leave --force >/dev/null
fi
tries=0
while [ "$bridge" = made ] && [ "$tries" -lt ${LEFT_BRIDGE_TRIES} ] && docker network inspect ${GATEWAY_BRIDGE} >/dev/null 2>&1; do
  docker network rm ${GATEWAY_BRIDGE} >/dev/null 2>&1 || sleep 0.25
  tries=$((tries + 1))
done
docker volume rm ${volume} >/dev/null`;
}
