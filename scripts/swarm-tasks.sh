#!/usr/bin/env bash
# Makes the tasks of services move, and waits until all services have their tasks again; this runs on a manager.
#   NODE, AVAILABILITY  as `docker node update` takes them
#   SERVICES            names of services, with spaces between
#   REPLICAS            how many tasks each of them has; for spread also empty: as many as it has
set -euo pipefail
source within.sh

have_all() { [ -z "$(docker service ls --format '{{.Replicas}}' | sed 's,^\([0-9]*\)/\1$,,')" ]; }
is_ready() { [ "$(docker node inspect --format '{{.Status.State}}' "$NODE")" = ready ]; }

settle() {
  # Swarm looks at its nodes twice a second.
  sleep 1
  within 60 "after 60 s services still lack tasks" have_all
}

availability() { docker node update --availability "$1" "$NODE"; }

read -ra services <<<"${SERVICES-}"

case $1 in
  settle) settle ;;
  set-availability)
    availability "$AVAILABILITY"
    settle
    ;;
  scale)
    for service in "${services[@]}"; do docker service scale --detach "$service=$REPLICAS" >/dev/null; done
    settle
    ;;
  # On a node that has one of the tasks.
  kill-task)
    for service in "${services[@]}"; do
      docker kill "$(docker ps --quiet --filter "label=com.docker.swarm.service.name=$service" | head -n 1)" >/dev/null
    done
    settle
    ;;
  # Once the node is ready, tasks are made anew, and so spread over all nodes. One service after the other: two networks that
  # come to a node at one moment may wait for 30 s, see OverlayService.
  spread)
    availability active
    within 40 "the node $NODE is not ready after 40 s" is_ready
    for service in "${services[@]}"; do
      docker service update --detach --force --quiet ${REPLICAS:+--replicas "$REPLICAS"} "$service" >/dev/null
      settle
    done
    ;;
esac
