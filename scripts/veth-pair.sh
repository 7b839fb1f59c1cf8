#!/usr/bin/env bash
# Two interfaces that are joined back to back. Each end, A and B, has:
#   A_INTERFACE  its name
#   A_NAMESPACE  the namespace that it is in; empty: the host's own
#   A_BRIDGE     the bridge that it is plugged into; empty: none
#   A_ADDRESS    its IPv4 address with prefix length; empty: none
# And both together:
#   STATE        up, down
set -euo pipefail

# In a namespace: at NAMESPACE link show ...
at() { ip ${1:+-n "$1"} "${@:2}"; }

equip() {
  local namespace=$1 interface=$2 bridge=$3 address=$4
  [ -z "$bridge" ] || at "$namespace" link set dev "$interface" master "$bridge"
  [ -z "$address" ] || at "$namespace" address replace "$address" dev "$interface"
  at "$namespace" link set dev "$interface" "$STATE"
}

case $1 in
  # Prints what the kernel knows of each end (JSON), a line for each.
  add)
    at "$A_NAMESPACE" link show dev "$A_INTERFACE" >/dev/null 2>&1 ||
      ip link add name "$A_INTERFACE" ${A_NAMESPACE:+netns "$A_NAMESPACE"} \
        type veth peer name "$B_INTERFACE" ${B_NAMESPACE:+netns "$B_NAMESPACE"}
    equip "$A_NAMESPACE" "$A_INTERFACE" "$A_BRIDGE" "$A_ADDRESS"
    equip "$B_NAMESPACE" "$B_INTERFACE" "$B_BRIDGE" "$B_ADDRESS"
    at "$A_NAMESPACE" -json link show dev "$A_INTERFACE"
    at "$B_NAMESPACE" -json link show dev "$B_INTERFACE"
    ;;
  # With one end goes the other; with its namespace goes an end.
  delete)
    at "$A_NAMESPACE" link delete dev "$A_INTERFACE" || ! at "$A_NAMESPACE" link show dev "$A_INTERFACE"
    ;;
esac
