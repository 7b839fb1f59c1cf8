#!/usr/bin/env bash
# A container's place on one more network.
#   CONTAINER, NETWORK  their names on the engine
#   ADDRESS             IPv4 address; empty: the engine's next free one
#   ALIASES             further names of the container on the network, a line for each
#   GATEWAY_PRIORITY    that of the network's gateway among the container's; empty: 0
#   OWNER, OWNERS       whose the place is
set -euo pipefail
source words.sh
source ownership.sh
source containers.sh

id=$(container_id "$CONTAINER") || id=
# Another container of this name has places of its own.
thing="plug-$id@$NETWORK"

is_plugged() {
  local networks
  networks=$(docker container inspect --format '{{range $name, $_ := .NetworkSettings.Networks}}{{println $name}}{{end}}' "$CONTAINER") &&
    grep -Fxq -- "$NETWORK" <<<"$networks"
}

disconnect() {
  if is_plugged; then docker network disconnect "$NETWORK" "$CONTAINER"; fi
}

[ -n "$id" ] || [ "$1" = leave ] || {
  echo "there is no container $CONTAINER" >&2
  exit 1
}
case $1 in
  # Prints the container's networks (JSON). What an engine refuses it lists all the same, without an endpoint: not for long.
  connect)
    words=(${ADDRESS:+--ip "$ADDRESS"} ${GATEWAY_PRIORITY:+--gw-priority "$GATEWAY_PRIORITY"})
    add_words "$ALIASES" --alias
    words+=("$NETWORK" "$CONTAINER")
    is_plugged ||
      docker network connect "${words[@]}" ||
      {
        docker network disconnect "$NETWORK" "$CONTAINER"
        exit 1
      }
    own "$thing"
    docker container inspect --format '{{json .NetworkSettings.Networks}}' "$CONTAINER"
    ;;
  disconnect)
    disconnect
    own "$thing"
    ;;
  # A container that is gone has nothing plugged in.
  leave)
    if owns "$thing"; then
      [ -z "$id" ] || disconnect
      release "$thing"
    fi
    ;;
esac
