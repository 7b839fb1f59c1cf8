#!/usr/bin/env bash
# A named network namespace.
#   NAMESPACE      its name
#   LOOPBACK       the state of its interface lo: up, down
#   OWNER, OWNERS  whose it is
set -euo pipefail
source ownership.sh

case $1 in
  add)
    [ -e "/run/netns/$NAMESPACE" ] || ip netns add "$NAMESPACE"
    own "netns-$NAMESPACE"
    ip -n "$NAMESPACE" link set lo "$LOOPBACK"
    ;;
  delete)
    if owns "netns-$NAMESPACE"; then
      ip netns delete "$NAMESPACE"
      release "netns-$NAMESPACE"
    fi
    ;;
esac
