#!/usr/bin/env bash
# The rules of the tables filter and nat, which are flushed for a while.
#   KEPT  the file in which they are kept
set -euo pipefail

case $1 in
  flush)
    iptables-save >"$KEPT"
    for table in filter nat; do
      for what in flush delete-chain zero; do iptables --wait --table $table --$what; done
    done
    ;;
  restore)
    [ -e "$KEPT" ] || exit 0
    iptables-restore <"$KEPT"
    rm "$KEPT"
    ;;
esac
