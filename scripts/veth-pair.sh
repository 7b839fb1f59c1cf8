#!/usr/bin/env bash
# Two interfaces that are joined back to back. Each end, A and B, has:
#   A_INTERFACE  its name
#   A_NAMESPACE  the namespace that it is in; empty: the host's own
#   A_BRIDGE     the bridge that it is plugged into; empty: none
#   A_ADDRESS    its IPv4 address with prefix length; empty: none
# And both together:
#   STATE          up, down
#   OWNER, OWNERS  whose they are
set -euo pipefail
source ownership.sh

# In a namespace: at NAMESPACE link show ...
at() { ip ${1:+-n "$1"} "${@:2}"; }

# What `ip` says of an interface in one line: 5: veth-ns1@if6: <...> ... link-netns ns2
line() { at "$1" -oneline link show dev "$2" 2>/dev/null; }

# Whether the two ends are those of one pair. Numbers of interfaces are alike in many namespaces.
is_pair() {
  local a b
  a=$(line "$A_NAMESPACE" "$A_INTERFACE") && b=$(line "$B_NAMESPACE" "$B_INTERFACE") || return
  if [ "$A_NAMESPACE" = "$B_NAMESPACE" ]; then
    [[ $a == *" $A_INTERFACE@$B_INTERFACE: "* ]]
  else
    [[ $a == *" $A_INTERFACE@if${b%%:*}: "* && $b == *" $B_INTERFACE@if${a%%:*}: "* ]] &&
      lies_in "$a" "$B_NAMESPACE" && lies_in "$b" "$A_NAMESPACE"
  fi
}

# Whether the peer is in a namespace; the host's own has no name.
lies_in() { [ -z "$2" ] || [[ "$1 " == *" link-netns $2 "* ]]; }

remove() { ! line "$1" "$2" >/dev/null || at "$1" link delete dev "$2"; }

undo() {
  owns "interface-$1@$2" || return 0
  remove "$1" "$2"
  release "interface-$1@$2"
}

equip() {
  local namespace=$1 interface=$2 bridge=$3 address=$4
  [ -z "$bridge" ] || at "$namespace" link set dev "$interface" master "$bridge"
  [ -z "$address" ] || at "$namespace" address replace "$address" dev "$interface"
  at "$namespace" link set dev "$interface" "$STATE"
}

case $1 in
  # Prints what the kernel knows of each end (JSON), a line for each.
  add)
    is_pair || {
      # What another resource has left under these names, and what is declared no more.
      remove "$A_NAMESPACE" "$A_INTERFACE"
      remove "$B_NAMESPACE" "$B_INTERFACE"
      ip link add name "$A_INTERFACE" ${A_NAMESPACE:+netns "$A_NAMESPACE"} \
        type veth peer name "$B_INTERFACE" ${B_NAMESPACE:+netns "$B_NAMESPACE"}
    }
    own "interface-$A_NAMESPACE@$A_INTERFACE"
    own "interface-$B_NAMESPACE@$B_INTERFACE"
    equip "$A_NAMESPACE" "$A_INTERFACE" "$A_BRIDGE" "$A_ADDRESS"
    equip "$B_NAMESPACE" "$B_INTERFACE" "$B_BRIDGE" "$B_ADDRESS"
    at "$A_NAMESPACE" -json link show dev "$A_INTERFACE"
    at "$B_NAMESPACE" -json link show dev "$B_INTERFACE"
    ;;
  # With one end goes the other; with its namespace goes an end.
  delete)
    undo "$A_NAMESPACE" "$A_INTERFACE"
    undo "$B_NAMESPACE" "$B_INTERFACE"
    ;;
esac
