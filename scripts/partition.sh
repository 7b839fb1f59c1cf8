#!/usr/bin/env bash
# All packets from and to an address, in the kernel of the host that this runs on.
#   ADDRESS  IPv4 address of another host
set -euo pipefail

from=(INPUT --source "$ADDRESS" --jump DROP)
to=(OUTPUT --destination "$ADDRESS" --jump DROP)

take() {
  while iptables --wait --check "$@" 2>/dev/null; do iptables --wait --delete "$@"; done
}

case $1 in
  drop)
    iptables --wait --insert "${from[@]}"
    iptables --wait --insert "${to[@]}"
    ;;
  pass)
    take "${from[@]}"
    take "${to[@]}"
    ;;
esac
