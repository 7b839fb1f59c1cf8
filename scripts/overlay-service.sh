#!/usr/bin/env bash
# A service of a Swarm; this runs on a manager.
#   SERVICE                          its name on the engine
#   IMAGE, COMMAND                   what its tasks run; the command a line for each word
#   REPLICAS                         how many tasks; global: one on each node
#   ENDPOINT_MODE                    as `docker service create` takes it
#   NETWORKS, PORTS, LABELS          for its --network, --publish and --label, a line for each
#   CONSTRAINTS                      for its --constraint, likewise
#   ROLLOUT                          its options --update-... and --rollback-..., likewise
#   CONVERGE_SECONDS                 for how long it is waited until all tasks run
#   POLL_SECONDS                     how long to wait before looking again: that is work for the engine
set -euo pipefail
source words.sh

# So many tasks that failed show that more will.
hopeless_failures=3
made=

create() {
  words=()
  if [ "$REPLICAS" = global ]; then words+=(--mode global); else words+=(--replicas "$REPLICAS"); fi
  add_words "$NETWORKS" --network
  add_words "$PORTS" --publish
  add_words "$CONSTRAINTS" --constraint
  add_words "$ROLLOUT"
  add_words "$LABELS" --label
  words+=("$IMAGE")
  add_words "$COMMAND"
  docker service create --detach --no-resolve-image --quiet --name "$SERVICE" --endpoint-mode "$ENDPOINT_MODE" \
    "${words[@]}" >/dev/null
}

# Succeeds where a word is among others: is_among WORD WORDS ...
is_among() {
  local one
  for one in "${@:2}"; do [ "$one" != "$1" ] || return 0; done
  return 1
}

update() {
  local wanted there one command='' quote="'\\''"
  words=()
  add_words "$CONSTRAINTS"
  wanted=("${words[@]}")
  mapfile -t there < <(docker service inspect --format '{{range .Spec.TaskTemplate.Placement.Constraints}}{{println .}}{{end}}' "$SERVICE" | sed '/^$/d')
  words=()
  add_words "$COMMAND"
  # Docker takes a command line apart as a shell does.
  for one in "${words[@]}"; do command+=" '${one//"'"/$quote}'"; done
  words=(--image "$IMAGE" --args "$command")
  [ "$REPLICAS" = global ] || words+=(--replicas "$REPLICAS")
  add_words "$ROLLOUT"
  for one in "${there[@]}"; do is_among "$one" "${wanted[@]}" || words+=(--constraint-rm "$one"); done
  for one in "${wanted[@]}"; do is_among "$one" "${there[@]}" || words+=(--constraint-add "$one"); done
  docker service update --detach --no-resolve-image --quiet "${words[@]}" "$SERVICE" >/dev/null
}

tasks() {
  docker service ps --no-trunc --format '{{.Name}} on {{or .Node "no node"}}: {{.CurrentState}}{{with .Error}}: {{.}}{{end}}' "$SERVICE"
}

failures() { tasks | grep -cE ': (Failed|Rejected)' || true; }

# Says which tasks do not run and why; a service that was made here is removed.
give_up() {
  local said
  echo "the service $SERVICE has not converged$1:" >&2
  said=$(tasks | sed -E 's/ (about |less than )?(an?|[0-9]+) (second|minute)s? ago//; s/^/  /')
  { grep '"$' <<<"$said" || echo "$said"; } | sort -u | head -n 12 >&2
  if [ -n "$made" ]; then docker service rm "$SERVICE" >/dev/null; fi
  exit 1
}

# Waits until all tasks run.
converge() {
  local id began=$SECONDS before=0 state count running wanted
  id=$(docker service inspect --format '{{.ID}}' "$SERVICE")
  [ -n "$made" ] || before=$(failures)
  while :; do
    state=
    [ -n "$made" ] || state=$(docker service inspect --format '{{with .UpdateStatus}}{{.State}}{{end}}' "$SERVICE")
    count=$(docker service ls --filter "id=$id" --format '{{.Replicas}}')
    running=${count%%/*} wanted=${count#*/}
    wanted=${wanted%% *}
    case $state in
      updating | rollback_started) ;;
      paused | rollback_paused | rollback_completed) give_up ": its update ended as $state" ;;
      # At its first moment a global service wants no task at all.
      *) [ "$running" != "$wanted" ] || [ "$REPLICAS:$wanted" = global:0 ] || break ;;
    esac
    [ $(($(failures) - before)) -lt $hopeless_failures ] || give_up " ($running of $wanted tasks run)"
    [ $((SECONDS - began)) -lt "$CONVERGE_SECONDS" ] ||
      give_up " within $CONVERGE_SECONDS s ($running of $wanted tasks run)"
    sleep "$POLL_SECONDS"
  done
}

case $1 in
  # Makes it, or changes the one that is there.
  run)
    if docker service inspect "$SERVICE" >/dev/null 2>&1; then
      update
    else
      create
      made=yes
    fi
    converge
    ;;
  remove) docker service rm "$SERVICE" >/dev/null 2>&1 || ! docker service inspect "$SERVICE" >/dev/null 2>&1 ;;
esac
