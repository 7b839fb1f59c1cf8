#!/usr/bin/env bash
# A named network namespace.
#   NAMESPACE  its name
#   LOOPBACK   the state of its interface lo: up, down
set -euo pipefail

case $1 in
  add)
    [ -e "/run/netns/$NAMESPACE" ] || ip netns add "$NAMESPACE"
    ip -n "$NAMESPACE" link set lo "$LOOPBACK"
    ;;
  delete) ip netns delete "$NAMESPACE" ;;
esac
