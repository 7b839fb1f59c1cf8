#!/usr/bin/env bash
# A network of an engine. It runs on the user's own machine too, where bash may be of version 3.2.
#   NETWORK, DRIVER, SUBNET  as `docker network create` takes them
#   GATEWAY                  likewise; empty: Docker's own choice
#   RANGE                    from where it hands out addresses (--ip-range); empty: the whole subnet
#   OPTIONS                  more words for it, as --OPTION=VALUE, a line for each
#   LABELS                   its labels, a line for each
set -euo pipefail
source words.sh

# Seconds until tasks that are told to end must have ended.
longest_leave=60

# For a name the engine also takes the beginning of an id.
is_there() {
  [ "$(docker network inspect --format '{{.Name}}' "$NETWORK" 2>/dev/null)" = "$NETWORK" ]
}

# What a network is: its name and id, then the words of `docker network create` for it.
# shellcheck disable=SC2016 # The engine expands them.
description='{{.Name}} {{.ID}}
--driver={{.Driver}}
--internal={{.Internal}}
--attachable={{.Attachable}}
{{- range .IPAM.Config}}
--subnet={{.Subnet}}
--gateway={{.Gateway}}
--ip-range={{.IPRange}}
{{- range $name, $address := .AuxAddress}}
--aux-address={{$name}}={{$address}}{{end}}{{end}}
{{- range $option, $value := .Options}}
--opt={{$option}}={{$value}}{{end}}
{{- range $label, $value := .Labels}}
--label={{$label}}={{$value}}{{end}}'

# Makes it where none of its name is there. Prints the engine's id of it.
create() {
  local found name id word
  add_words "$LABELS"
  words=("--driver=$DRIVER" "--subnet=$SUBNET" ${GATEWAY:+"--gateway=$GATEWAY"} ${RANGE:+"--ip-range=$RANGE"} "${words[@]/#/--label=}")
  add_words "$OPTIONS"
  found=$(docker network inspect --format "$description" "$NETWORK" 2>/dev/null) || true
  read -r name id <<<"${found%%$'\n'*}"
  if [ "$name" != "$NETWORK" ]; then
    docker network create "${words[@]}" "$NETWORK"
    return
  fi
  for word in "${words[@]}"; do
    grep -Fxq -- "$word" <<<"$found" || {
      echo "a network $NETWORK is on the engine already, and it is not that of the lab: it has no $word. Look at it: docker network inspect $NETWORK. Remove it: docker network rm $NETWORK" >&2
      exit 1
    }
  done
  echo "$id"
}

remove() {
  if is_there; then docker network rm "$NETWORK" >/dev/null; fi
}

# Waits until it is gone: in a Swarm a network stays known until the last task has left it, and another of its name would be
# taken for it.
wait_until_gone() {
  while is_there; do
    [ "$SECONDS" -lt $longest_leave ] || {
      echo "$NETWORK is still in use after $longest_leave s" >&2
      exit 1
    }
    sleep 0.3
  done
}

# Unplugs every container of the engine.
empty() {
  local id
  for id in $(docker network inspect --format '{{range $id, $_ := .Containers}}{{$id}} {{end}}' "$NETWORK"); do
    docker network disconnect "$NETWORK" "$id"
  done
}

case $1 in
  create) create ;;
  remove)
    remove
    [ "$DRIVER" != overlay ] || wait_until_gone
    ;;
  empty-and-remove)
    is_there || exit 0
    empty
    remove
    ;;
esac
