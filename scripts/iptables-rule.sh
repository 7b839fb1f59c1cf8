#!/usr/bin/env bash
# A rule of the kernel's firewall.
#   TABLE, CHAIN   where it is
#   RULE           the rule as after the chain on iptables' command line
#   POSITION       where in the chain it is put: append, insert, or its number
#   FOUND          the file in which the host keeps what was found of it
#   OWNER, OWNERS  whose the rule is
# `delete` needs TABLE, CHAIN and RULE alone.
set -euo pipefail
source ownership.sh

thing=${FOUND:+${FOUND##*/}}

# Takes quotes away as a shell does, and does nothing else that a shell does.
mapfile -t words < <(xargs printf '%s\n' <<<"$RULE")

table() { iptables --wait --table "$TABLE" "$@"; }

stands() {
  local said status=0
  said=$(table --check "$CHAIN" "${words[@]}" 2>&1) || status=$?
  # 1: there is no such rule. Anything else is a rule that iptables does not understand.
  [ $status -le 1 ] || {
    echo "$said" >&2
    exit $status
  }
  return $status
}

add() {
  case $POSITION in
    append) table --append "$CHAIN" "${words[@]}" ;;
    insert) table --insert "$CHAIN" "${words[@]}" ;;
    *) table --insert "$CHAIN" "$POSITION" "${words[@]}" ;;
  esac
}

take() {
  while stands; do table --delete "$CHAIN" "${words[@]}"; done
}

# Keeps what was there before the first change. Called last: of an attempt that failed nothing is kept.
keep() {
  [ -e "$FOUND" ] || {
    mkdir -p "${FOUND%/*}"
    echo "$1" >"$FOUND"
  }
}

was() { if stands; then echo there; else echo absent; fi; }

case $1 in
  put)
    was=$(was)
    [ "$was" = there ] || add
    keep "$was"
    own "$thing"
    ;;
  take)
    was=$(was)
    take
    keep "$was"
    own "$thing"
    ;;
  # Whatever was found, and as often as it stands.
  delete) take ;;
  restore)
    owns "$thing" || exit 0
    case $(<"$FOUND") in
      there) stands || add ;;
      absent) take ;;
    esac
    rm "$FOUND"
    release "$thing"
    ;;
esac
