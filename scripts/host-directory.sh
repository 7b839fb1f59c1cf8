#!/usr/bin/env bash
# The folder for the socket of one lab host, in one of the stack's (in one of the project's), in one of the user's. It runs on
# the user's own machine.
#   DIRECTORY  its path: /tmp/vethlab-UID/[PROJECT/]STACK/HOST
set -euo pipefail

of_stack=${DIRECTORY%/*}
below=${DIRECTORY#/tmp/}
of_user=/tmp/${below%%/*}

case $1 in
  make)
    umask 077
    mkdir -p "$DIRECTORY"
    [ -O "$of_user" ] || {
      echo "$of_user belongs to somebody else: have it removed" >&2
      exit 1
    }
    chmod 700 "$of_user" "$of_stack" "$DIRECTORY"
    ;;
  # With what is left of the folders above.
  remove)
    rm -rf "$DIRECTORY"
    (cd /tmp && rmdir -p "${of_stack#/tmp/}" 2>/dev/null) || true
    ;;
esac
