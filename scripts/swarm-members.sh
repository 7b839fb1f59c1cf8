#!/usr/bin/env bash
# What the members of a Swarm are, which Docker calls its nodes; this runs on a manager.
#   MEMBERS  a line for each, with tabs between: name, id (self for the one it runs on), role, availability, and labels
#   MARK     the label by which the lab knows its nodes again
set -euo pipefail

# Seconds.
ready_limit=90
settle_limit=60

# Waits until a node is ready, and gives it role, availability and labels.
update() {
  local name=$1 id role=$3 availability=$4 label changes=()
  # only `inspect` knows what "self" is
  id=$(docker node inspect "$2" --format '{{.ID}}' 2>/dev/null) || id=$2
  shift 4
  until [ "$(docker node inspect "$id" --format '{{.Status.State}}' 2>/dev/null)" = ready ]; do
    [ "$SECONDS" -lt $ready_limit ] || {
      echo "$name has joined the Swarm, but is not ready after $ready_limit s" >&2
      exit 1
    }
    sleep 0.3
  done
  while IFS= read -r label; do
    [ -z "$label" ] || [[ " $*" == *" $label="* ]] || changes+=(--label-rm "$label")
  done < <(docker node inspect "$id" --format '{{range $key, $value := .Spec.Labels}}{{println $key}}{{end}}')
  for label in "$@"; do changes+=(--label-add "$label"); done
  docker node update --role "$role" --availability "$availability" "${changes[@]}" "$id" >/dev/null
}

# Updates those that are drained, or the others: update_all drained|others
update_all() {
  local pids=() pid node column
  while IFS=$'\t' read -ra node; do
    for column in "${!node[@]}"; do printf -v "node[column]" %b "${node[column]}"; done
    case $1:${node[3]} in
      drained:drain) ;;
      others:drain | drained:*) continue ;;
    esac
    update "${node[@]}" &
    pids+=($!)
  done <<<"$MEMBERS"
  for pid in "${pids[@]}"; do wait "$pid"; done
}

# Takes out those that the lab had before: hosts that were built anew, and hosts that it has no more.
remove_others() {
  local known=" " id name labels
  while IFS=$'\t' read -r name id labels; do
    known+="$(docker node inspect "$id" --format '{{.ID}}' 2>/dev/null || echo "$id") "
  done <<<"$MEMBERS"
  for id in $(docker node ls --quiet); do
    [[ $known != *" $id "* ]] || continue
    labels=$(docker node inspect "$id" --format '{{range $key, $value := .Spec.Labels}}{{println $key}}{{end}}')
    grep -Fxq -- "$MARK" <<<"$labels" ||
      [ "$(docker node inspect "$id" --format '{{.Status.State}}')" = down ] || continue
    docker node demote "$id" >/dev/null 2>&1 || true
    docker node rm --force "$id" >/dev/null
  done
}

# Waits until tasks that move have moved. What does not come to rest shows in the claims.
settle() {
  local began=$SECONDS
  until [ -z "$(docker service ls --format '{{.Replicas}}' | sed 's,^\([0-9]*\)/\1\( .*\)*$,,')" ]; do
    [ $((SECONDS - began)) -lt $settle_limit ] || break
    sleep 0.2
  done
}

case $1 in
  update)
    update_all others
    # Now that the others are there to take their tasks: these are not moved again.
    update_all drained
    remove_others
    settle
    ;;
esac
