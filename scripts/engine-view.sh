#!/usr/bin/env bash
# The things of labs on an engine: a line for each, with tabs between. All questions at once. It runs on the user's own
# machine too, where bash may be of version 3.2. A line `failed` tells of an engine that does not answer.
#   LABELS      a list (words.sh): the labels that the things have
#   FIELDS      Docker's format of the labels that are told of a thing
#   SERVICES    whether services of a Swarm are looked for: their list has no labels, and only a manager has it
#   CONTAINERS  a list: ids or names of containers whose state is told
set -uo pipefail
source words.sh

add_words "$LABELS" --filter
filters=("${words[@]}")
words=()
add_words "$CONTAINERS"

list() {
  local fields=$1
  shift
  docker "$@" "${filters[@]}" --format "$fields" || echo failed
}

list_services() {
  [ -z "$SERVICES" ] || docker service ls "${filters[@]}" --format $'service\t{{.Name}}\t{{.Name}}' 2>/dev/null
}

# Fails when a container is gone, and still tells of the others.
states() {
  [ ${#words[@]} -eq 0 ] || docker container inspect --format $'state\t{{.Id}}\t{{.Name}}\t{{.State.Running}}\t{{.State.StartedAt}}{{range $name, $_ := .NetworkSettings.Networks}}\t{{$name}}{{end}}' "${words[@]}" 2>/dev/null
}

cat <(list_services) \
  <(list $'container\t{{.ID}}\t{{.Names}}\t'"$FIELDS" ps --all --no-trunc) \
  <(list $'network\t{{.ID}}\t{{.Name}}\t'"$FIELDS" network ls --no-trunc) \
  <(list $'volume\t{{.Name}}\t{{.Name}}\t'"$FIELDS" volume ls) \
  <(states)
