#!/usr/bin/env bash
# A bridge of the kernel.
#   BRIDGE  its name
set -euo pipefail

case $1 in
  add)
    [ -e "/sys/class/net/$BRIDGE" ] || ip link add name "$BRIDGE" type bridge
    ip link set dev "$BRIDGE" up
    ;;
  delete) ip link delete dev "$BRIDGE" ;;
esac
