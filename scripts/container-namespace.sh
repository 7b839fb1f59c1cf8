#!/usr/bin/env bash
# The network namespace of a container, where `ip netns` sees it.
#   CONTAINER      the container's name on the engine
#   NAMESPACE      the name for `ip netns`
#   OWNER, OWNERS  whose the name is
set -euo pipefail
source ownership.sh
source containers.sh

case $1 in
  # Mounts the namespace. The symbolic link to /proc/PID that is often shown dies with the process.
  attach)
    id=$(container_id "$CONTAINER") || {
      echo "there is no container $CONTAINER" >&2
      exit 1
    }
    pid=$(docker container inspect --format '{{.State.Pid}}' "$id")
    [ "/run/netns/$NAMESPACE" -ef "/proc/$pid/ns/net" ] || {
      # What another resource has left under this name.
      [ ! -e "/run/netns/$NAMESPACE" ] || ip netns delete "$NAMESPACE"
      ip netns attach "$NAMESPACE" "$pid"
    }
    own "netns-$NAMESPACE"
    ;;
  detach)
    if owns "netns-$NAMESPACE"; then
      ip netns delete "$NAMESPACE"
      release "netns-$NAMESPACE"
    fi
    ;;
esac
