#!/usr/bin/env bash
# The tasks of a service; this runs on a manager.
#   SERVICE, ID       the service's name on the engine, and the engine's id of it
#   MODE              replicated or global
#   CONVERGE_SECONDS  for how long it is waited until all tasks run
#   POLL_SECONDS      how long to wait before looking again: that is work for the engine
set -euo pipefail

# So many tasks that failed show that more will.
hopeless_failures=3

of_service() { docker service inspect --format "$1" "$ID"; }

tasks() {
  docker service ps --no-trunc --format '{{.ID}} {{.Name}} on {{or .Node "no node"}}: {{.CurrentState}}{{with .Error}}: {{.}}{{end}}' "$ID"
}

# The ids of the tasks of the last change, among those of earlier ones: made since its update began, a rollback included;
# where no update was needed, made of what the service is now.
of_last_change() {
  local began version
  began=$(of_service '{{with .UpdateStatus}}{{json .StartedAt}}{{end}}')
  version=$(of_service '{{json .Spec.TaskTemplate}}')
  docker service ps --quiet --no-trunc "$ID" |
    xargs docker inspect --type task --format '{{json .CreatedAt}} {{json .Spec}} {{.ID}}' |
    if [ -n "$began" ]; then awk -v began="$began" '$1 >= began'; else grep -F " $version "; fi |
    sed 's/.* //'
}

failures() { tasks | grep -cE ': (Failed|Rejected)' || true; }

# Says which tasks do not run and why.
give_up() {
  local said
  echo "the service $SERVICE has not converged$1:" >&2
  said=$(tasks | grep -F "$(of_last_change)" | sed -E 's/^[^ ]+ /  /; s/ (about |less than )?(an?|[0-9]+) (second|minute)s? ago//')
  { grep '"$' <<<"$said" || echo "$said"; } | sort -u | head -n 12 >&2
  exit 1
}

wait_until_all_run() {
  local began=$SECONDS before state count running wanted
  before=$(failures)
  while :; do
    state=$(of_service '{{with .UpdateStatus}}{{.State}}{{end}}')
    count=$(docker service ls --filter "id=$ID" --format '{{.Replicas}}')
    running=${count%%/*} wanted=${count#*/}
    wanted=${wanted%% *}
    case $state in
      updating | rollback_started) ;;
      paused | rollback_paused | rollback_completed) give_up ": its update ended as $state" ;;
      # At its first moment a global service wants no task at all.
      *) [ "$running" != "$wanted" ] || [ "$MODE:$wanted" = global:0 ] || break ;;
    esac
    [ $(($(failures) - before)) -lt $hopeless_failures ] || give_up " ($running of $wanted tasks run)"
    [ $((SECONDS - began)) -lt "$CONVERGE_SECONDS" ] ||
      give_up " within $CONVERGE_SECONDS s ($running of $wanted tasks run)"
    sleep "$POLL_SECONDS"
  done
}

case $1 in
  wait) wait_until_all_run ;;
esac
