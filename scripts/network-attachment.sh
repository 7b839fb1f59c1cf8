#!/usr/bin/env bash
# A container's place on one more network.
#   CONTAINER, NETWORK  their names on the engine
#   ADDRESS             IPv4 address; empty: the engine's next free one
#   ALIAS               one more name of the container on the network; empty: none
set -euo pipefail

is_plugged() {
  local networks
  networks=$(docker container inspect --format '{{range $name, $_ := .NetworkSettings.Networks}}{{println $name}}{{end}}' "$CONTAINER") &&
    grep -Fxq -- "$NETWORK" <<<"$networks"
}

case $1 in
  # Prints the container's networks (JSON). What an engine refuses it lists all the same, without an endpoint: not for long.
  connect)
    is_plugged ||
      docker network connect ${ADDRESS:+--ip "$ADDRESS"} ${ALIAS:+--alias "$ALIAS"} "$NETWORK" "$CONTAINER" ||
      {
        docker network disconnect "$NETWORK" "$CONTAINER"
        exit 1
      }
    docker container inspect --format '{{json .NetworkSettings.Networks}}' "$CONTAINER"
    ;;
  # A container that is gone has nothing plugged in.
  disconnect)
    if is_plugged 2>/dev/null; then docker network disconnect "$NETWORK" "$CONTAINER"; fi
    ;;
esac
