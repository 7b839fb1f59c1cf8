#!/usr/bin/env bash
# A bridge of the kernel.
#   BRIDGE         its name
#   OWNER, OWNERS  whose it is
set -euo pipefail
source ownership.sh

thing="interface-@$BRIDGE"

case $1 in
  add)
    [ -e "/sys/class/net/$BRIDGE/bridge" ] || {
      # What another resource has left under this name.
      [ ! -e "/sys/class/net/$BRIDGE" ] || ip link delete dev "$BRIDGE"
      ip link add name "$BRIDGE" type bridge
    }
    own "$thing"
    ip link set dev "$BRIDGE" up
    ;;
  delete)
    if owns "$thing"; then
      ip link delete dev "$BRIDGE"
      release "$thing"
    fi
    ;;
esac
