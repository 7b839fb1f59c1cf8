#!/bin/sh
# Runs tcpdump until it has its packets or standard input is closed. The latter happens too when vethlab is killed, so that
# nothing is left running. tcpdump ends in order, and says how many packets there were. Boxes have no bash: for any POSIX
# shell. Ends with status 93 when there is nothing to capture at.
# Arguments: here | container | namespace | bridge | overlay, then tcpdump's options
#
# NAME       of the container, namespace or network
# HOST       the lab host, as messages name it
# INTERFACE  where to capture; at a bridge it is found

. ./overlay-namespace.sh

nothing() {
  echo "$1" >&2
  exit 93
}

exec 3<&0
namespace=
case $1 in
  here) ;;
  container)
    found=$(docker inspect --type container --format '{{.State.Pid}} {{.Name}}' -- "$NAME") || exit 93
    pid=${found%% *}
    # For a name the engine also takes the beginning of an id.
    [ "${found#* }" = "/$NAME" ] || nothing "there is no container $NAME"
    [ "$pid" -gt 0 ] || nothing "$NAME is not running"
    namespace=/proc/$pid/ns/net
    ;;
  namespace) namespace=/run/netns/$NAME ;;
  bridge)
    # of a network of the engine, or one that was made by hand and has the network's name
    format='{{or (index .Options "com.docker.network.bridge.name") (printf "br-%s" (slice .Id 0 12))}}'
    INTERFACE=$(docker network inspect --format "$format" -- "$NAME" 2>/dev/null) || INTERFACE=$NAME
    [ -e "/sys/class/net/$INTERFACE" ] || nothing "there is no bridge $INTERFACE"
    ;;
  overlay)
    id=$(docker network inspect --format '{{.Id}}' -- "$NAME") || exit 93
    namespace=$(overlay_namespace "$id")
    [ -n "$namespace" ] || nothing "no container of $HOST is on $NAME: it has no bridge there"
    ;;
esac
shift

set -- tcpdump -i "$INTERFACE" -n -Z root --immediate-mode "$@"
[ -z "$namespace" ] || set -- nsenter --net="$namespace" "$@"
"$@" &
dump=$!
# SIGTERM, since a job in the background ignores SIGINT
{
  while read -r _; do :; done <&3
  kill "$dump"
} 2>/dev/null &
guard=$!
wait "$dump"
status=$?
kill "$guard" 2>/dev/null
exit "$status"
