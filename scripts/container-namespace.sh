#!/usr/bin/env bash
# The network namespace of a container, where `ip netns` sees it.
#   CONTAINER  the container's name on the engine
#   NAMESPACE  the name for `ip netns`
set -euo pipefail

case $1 in
  # Mounts the namespace. The symbolic link to /proc/PID that is often shown dies with the process.
  attach)
    pid=$(docker container inspect --format '{{.State.Pid}}' "$CONTAINER")
    [ -e "/run/netns/$NAMESPACE" ] || ip netns attach "$NAMESPACE" "$pid"
    ;;
  detach) ip netns delete "$NAMESPACE" ;;
esac
