#!/usr/bin/env bash
# How the containers on a bridge network reach one another: `on NAME ADDRESS` for each, twice `alive NAME` where the host
# reaches it there (before and after), and `way FROM TO` where it reaches another. The engine lists what is no container, too.
# The argument is the network.
set -euo pipefail

# Seconds. Three packets in 0.4 s, and half a second for an answer to come.
way=(ping -n -c 3 -i 0.2 -W 0.5)
alive=(ping -n -c 1 -W 1)

network=$(docker network inspect --format '{{range $id, $one := .Containers}}{{$id}} {{println $one.IPv4Address}}{{end}}' "$1" | sed '/^$/d' | sort)
mapfile -t ids < <(cut -d ' ' -f 1 <<<"$network")
containers=$(docker container inspect --format '{{.Id}} {{.Name}} {{.State.Pid}}' "${ids[@]}" 2>/dev/null || true)
on=$(join <(echo "$network") <(sort <<<"$containers"))

each() {
  local address name pid
  while read -r _ address name pid; do "$@"; done <<<"$on"
}
tell() { echo "on ${name#/} ${address%/*}"; }
is_alive() { { if "${alive[@]}" "${address%/*}" >/dev/null; then echo "alive ${name#/}"; fi; } & }
ways() {
  local from=$name space=/proc/$pid/ns/net
  each way_to
}
way_to() {
  [ "$from" != "$name" ] || return 0
  { if nsenter --net="$space" "${way[@]}" "${address%/*}" >/dev/null; then echo "way ${from#/} ${name#/}"; fi; } &
}

each tell
each is_alive
wait
each ways
wait
each is_alive
wait
