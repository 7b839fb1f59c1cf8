#!/usr/bin/env bash
# The key-value store of a lab host's engine. An engine takes a first store while it runs, and forgets one only by a restart.
#   STORE, ADVERTISE  as `dockerd --cluster-store --cluster-advertise` takes them
#   CONFIGURATION     the same, for the engine's configuration (JSON)
#   FILE              where the engine reads that
#   HEALTH, HEALTHY   the address that answers with this text once the store can be written to
set -euo pipefail
source engine.sh
is_healthy() { grep -qF -- "$HEALTHY" <<<"$(curl -sf --max-time 5 "$HEALTH")"; }
has_store() { [ "$(docker info --format '{{.ClusterStore}} {{.ClusterAdvertise}}')" = "$STORE $ADVERTISE" ]; }

case $1 in
  take)
    within 30 "the key-value store at $STORE is not healthy" is_healthy
    mkdir -p "${FILE%/*}"
    echo "$CONFIGURATION" >"$FILE"
    reload_engine
    within 10 "the engine does not take the key-value store $STORE: that needs one before 23, built with this kind of store" has_store
    ;;
  forget)
    has_store || exit 0
    rm -f "$FILE"
    running=$(docker ps --quiet)
    end_engine
    within 60 "the engine does not come back" answers
    # shellcheck disable=SC2086 # ids, one a line
    [ -z "$running" ] || docker start $running >/dev/null
    ;;
esac
