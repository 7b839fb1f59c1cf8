#!/usr/bin/env bash
# What one network namespace calls another: the number that it has for the other (ip-netns(8), list-id), as JSON of `ip netns
# list`; `own` where the two are one.
# Arguments: kind and name of the one, then of the other. Kinds: host, namespace, container.
set -euo pipefail
source containers.sh

# The file of a namespace: of KIND NAME
file() {
  local id
  case $1 in
    host) echo "/proc/$$/ns/net" ;;
    namespace) echo "/run/netns/$2" ;;
    container)
      id=$(container_id "$2") || return
      echo "/proc/$(docker container inspect --format '{{.State.Pid}}' "$id")/ns/net"
      ;;
  esac
}
one=$(file "$1" "$2")
other=$(file "$3" "$4")

[ ! "$one" -ef "$other" ] || {
  echo own
  exit
}
# `ip` knows namespaces by their files in /run/netns: in a mount namespace of its own, the other is the only one.
exec 3<"$other"
nsenter --net="$one" unshare --mount sh -ec '
  mount -t tmpfs tmpfs /run
  mkdir /run/netns
  ln -s /proc/self/fd/3 /run/netns/other
  ip -json netns list'
