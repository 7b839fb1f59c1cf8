#!/usr/bin/env bash
# A bridge network that is removed for a while.
#   NETWORK  its name
#   KEPT     the file in which the words are kept, a line for each, with which it is made again
set -euo pipefail

# shellcheck disable=SC2016 # Docker's variables, not the shell's
words='{{range .IPAM.Config}}--subnet={{println .Subnet}}--gateway={{println .Gateway}}{{end}}{{range $key, $value := .Labels}}--label={{$key}}={{println $value}}{{end}}'

case $1 in
  remove)
    docker network inspect --format "$words" "$NETWORK" | sed '/^$/d' >"$KEPT"
    docker network rm "$NETWORK"
    ;;
  restore)
    ! docker network inspect "$NETWORK" >/dev/null 2>&1 || exit 0
    mapfile -t words <"$KEPT"
    docker network create "${words[@]}" "$NETWORK"
    rm "$KEPT"
    ;;
esac
