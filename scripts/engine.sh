#!/usr/bin/env bash
# The engine of a lab host itself, and its key-value store. An engine takes a first store while it runs, and forgets one only
# by a restart.
#   CONTAINERS        those that are started with it, in this order, with spaces between: on the default bridge each gets the
#                     address again that it had
#   STORE, ADVERTISE  as `dockerd --cluster-store --cluster-advertise` takes them
#   CONFIGURATION     the same, for the engine's configuration (JSON)
#   FILE              where the engine reads that
#   HEALTH, HEALTHY   the address that answers with this text once the store can be written to
set -euo pipefail
source within.sh

answers() { timeout 5 docker version >/dev/null 2>&1; }
is_healthy() { grep -qF -- "$HEALTHY" <<<"$(curl -sf --max-time 5 "$HEALTH")"; }
has_store() { [ "$(docker info --format '{{.ClusterStore}} {{.ClusterAdvertise}}')" = "$STORE $ADVERTISE" ]; }

# The engine comes up by itself.
start() {
  local containers container
  within 60 "the engine does not come back" answers
  read -ra containers <<<"$CONTAINERS"
  for container in "${containers[@]}"; do docker start "$container"; done
}

end() {
  local pid
  pid=$(cat /var/run/docker.pid)
  kill -TERM "$pid"
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
}

take_store() {
  within 30 "the key-value store at $STORE is not healthy" is_healthy
  mkdir -p "${FILE%/*}"
  echo "$CONFIGURATION" >"$FILE"
  kill -HUP "$(cat /var/run/docker.pid)"
  within 10 "the engine does not take the key-value store $STORE: that needs one before 23, built with this kind of store" has_store
}

case $1 in
  start) start ;;
  # Containers without a restart policy stay stopped.
  restart)
    end
    start
    ;;
  take-store)
    take_store
    start
    ;;
  # Its containers stay stopped.
  lose-store)
    rm -f "$FILE"
    end
    start
    ;;
  # Its containers run afterwards as before.
  forget-store)
    has_store || exit 0
    CONTAINERS=$(docker ps --quiet | tr '\n' ' ')
    rm -f "$FILE"
    end
    start >/dev/null
    ;;
esac
