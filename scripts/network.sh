#!/usr/bin/env bash
# A network of an engine. It runs on the user's own machine too, where bash may be of version 3.2.
#   NETWORK, DRIVER, SUBNET  as `docker network create` takes them
#   GATEWAY                  likewise; empty: Docker's own choice
#   RANGE                    from where it hands out addresses (--ip-range); empty: the whole subnet
#   OPTIONS                  more words for it, a line for each
#   LABELS                   its labels, likewise
set -euo pipefail
source words.sh

# Seconds until tasks that are told to end must have ended.
longest_leave=60

# For a name the engine also takes the beginning of an id.
is_there() {
  [ "$(docker network inspect --format '{{.Name}}' "$NETWORK" 2>/dev/null)" = "$NETWORK" ]
}

# Says what the network of the name is, which is not what is asked for.
refuse() {
  echo "a network $NETWORK is on the engine already: $1. It is not that of the lab: $DRIVER $SUBNET $GATEWAY. Remove it: docker network rm $NETWORK" >&2
  exit 1
}

# Makes it where none of its name is there. Prints the engine's id of it.
create() {
  local found name id driver subnet gateway label
  found=$(docker network inspect --format '{{.Name}} {{.ID}} {{.Driver}}{{range .IPAM.Config}} {{.Subnet}} {{.Gateway}}{{printf "\n%s" .IPRange}}{{end}}{{range $label, $value := .Labels}}{{printf "\n%s=%s" $label $value}}{{end}}' "$NETWORK" 2>/dev/null) || true
  read -r name id driver subnet gateway <<<"${found%%$'\n'*}"
  if [ "$name" != "$NETWORK" ]; then
    words=(--driver "$DRIVER" --subnet "$SUBNET" ${GATEWAY:+--gateway "$GATEWAY"} ${RANGE:+--ip-range "$RANGE"})
    add_words "$OPTIONS"
    add_words "$LABELS" --label
    docker network create "${words[@]}" "$NETWORK"
    return
  fi
  [ "$driver $subnet ${GATEWAY:+$gateway}" = "$DRIVER $SUBNET $GATEWAY" ] ||
    refuse "$driver $subnet $gateway"
  [ -z "$RANGE" ] || grep -Fxq -- "$RANGE" <<<"$found" ||
    refuse "$driver $subnet $gateway, which does not hand out addresses from $RANGE"
  add_words "$LABELS"
  for label in "${words[@]}"; do
    grep -Fxq -- "$label" <<<"$found" || refuse "$driver $subnet $gateway, without the label $label"
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
