#!/bin/sh
# Captures, and writes the first packet of a wanted kind, a line `--`, and the first of an unwanted kind. Where no kind is
# unwanted, it ends with the first packet.
#
# DURATION                     seconds, at most
# INTERFACE                    where
# WANTED, WANTED_NETWORK       kind of packets, in tcpdump's words; the overlay of whose VNI they are, or empty
# UNWANTED, UNWANTED_NETWORK   the same; empty where none is unwanted
set -e

. ./overlay-namespace.sh

# A filter of tcpdump: kind FILTER NETWORK. A network's VNI is that of the vxlan device in the namespace that the engine
# keeps for it. In a packet the VNI is in the three bytes from the fifth of VXLAN's header (RFC 7348), which begins after
# eight of UDP.
kind() {
  [ -n "$2" ] || {
    printf '(%s)' "$1"
    return
  }
  id=$(docker network inspect --format '{{.Id}}' -- "$2")
  for namespace in $(overlay_namespace "$id"); do
    vni=$(nsenter --net="$namespace" ip -json -details link show type vxlan | grep -o '"id":[0-9]*' | head -n 1)
  done
  [ -n "$vni" ] || {
    echo "$2 has no vxlan device here" >&2
    exit 1
  }
  printf '(%s) and udp[12:4] >> 8 = %s' "$1" "${vni#*:}"
}

first() {
  tcpdump -n -Z root -r "$file" -c 1 "$1" 2>"$file.said" || {
    cat "$file.said" >&2
    exit 1
  }
}

file=$(mktemp)
trap 'rm -f "$file" "$file.said"' EXIT
wanted=$(kind "$WANTED" "$WANTED_NETWORK")
unwanted=
if [ -n "$UNWANTED" ]; then
  unwanted=$(kind "$UNWANTED" "$UNWANTED_NETWORK")
  set -- "($wanted) or ($unwanted)"
else
  set -- -c 1 "$wanted"
fi
status=0
timeout "$DURATION" tcpdump -i "$INTERFACE" -Z root -U --immediate-mode -w "$file" "$@" 2>"$file.said" || status=$?
if [ "$status" != 0 ] && [ "$status" != 124 ]; then
  cat "$file.said" >&2
  exit 1
fi
first "$wanted"
echo --
[ -z "$unwanted" ] || first "$unwanted"
