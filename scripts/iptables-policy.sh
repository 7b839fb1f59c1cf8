#!/usr/bin/env bash
# The policy of one of the kernel's chains.
#   TABLE, CHAIN   which chain
#   POLICY         its policy: ACCEPT, DROP
#   FOUND          the file in which the host keeps what was found of it
#   OWNER, OWNERS  whose the policy is
set -euo pipefail
source ownership.sh

thing=${FOUND##*/}

table() { iptables --wait --table "$TABLE" "$@"; }

case $1 in
  set)
    # -P FORWARD DROP
    read -r _ _ was < <(table --list-rules "$CHAIN")
    table --policy "$CHAIN" "$POLICY"
    # Last: of an attempt that failed nothing is kept.
    [ -e "$FOUND" ] || {
      mkdir -p "${FOUND%/*}"
      echo "$was" >"$FOUND"
    }
    own "$thing"
    ;;
  restore)
    owns "$thing" || exit 0
    table --policy "$CHAIN" "$(<"$FOUND")"
    rm "$FOUND"
    release "$thing"
    ;;
esac
