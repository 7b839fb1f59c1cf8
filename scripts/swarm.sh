#!/usr/bin/env bash
# An engine in a Swarm. Safe to repeat; what fails leaves nothing.
#   NODE, ADDRESS                     the host's name in the lab, and its address for the other nodes
#   MANAGER, MANAGER_ADDRESS          those of the node that makes the Swarm
#   HEARTBEAT                         how often nodes report: 5s
#   VOLUME                            on a machine of the user's: the volume that marks the Swarm there; empty: on a lab host
#   LABELS                            the volume's labels, a line for each
#   SWARM_LABEL                       the volume's label that tells whether docker_gwbridge was found or made
# On a machine of the user's a Swarm may be somebody else's. The volume tells that the one which the engine is in is the
# lab's: it is made before, and removed after, so that a run that is killed in between leaves nothing that is not known.
set -euo pipefail
source words.sh

manager_port=2377
# Where all nodes tell one another of their networks.
gossip_port=7946
# Seconds. A busy engine on an emulated processor takes its time.
connect_limit=5
join_limit=90
oldest_engine=1.12
# For how long what a Swarm leaves behind may still be in use, and tasks and nodes take to go: quarters of a second.
left_bridge_tries=20
going_tries=40

state() { docker info --format '{{.Swarm.LocalNodeState}}'; }

fail() {
  echo "$NODE cannot join the Swarm of $MANAGER: $1" >&2
  exit 1
}

# Marks the Swarm that the engine is about to be in; fails where it is in one that is not marked.
mark() {
  local bridge=made
  if [ "$(state)" = inactive ]; then
    if docker network inspect docker_gwbridge >/dev/null 2>&1; then bridge=found; fi
    add_words "$LABELS" --label
    docker volume create "${words[@]}" --label "$SWARM_LABEL=$bridge" "$VOLUME" >/dev/null
  elif ! docker volume inspect "$VOLUME" >/dev/null 2>&1; then
    echo "$NODE is in a Swarm already, and that is not this lab's" >&2
    exit 1
  fi
}

init() {
  if [ "$(state)" = active ]; then
    docker swarm update --dispatcher-heartbeat "$HEARTBEAT" >/dev/null
  else
    docker swarm init --advertise-addr "$ADDRESS" --listen-addr "$ADDRESS:$manager_port" \
      --dispatcher-heartbeat "$HEARTBEAT" >/dev/null
  fi
  docker swarm join-token --quiet worker
}

# Tests that the ports of the manager answer. By bash alone: a machine may have no nc.
reach() {
  local where="$MANAGER ($MANAGER_ADDRESS)" port status said
  for port in $manager_port $gossip_port; do
    status=0
    # shellcheck disable=SC2016 # the address is an argument of the inner shell
    said=$(LC_ALL=C timeout $connect_limit bash -c ': <"/dev/tcp/$1/$2"' connect "$MANAGER_ADDRESS" "$port" 2>&1) || status=$?
    case $status:$said in
      0:*) ;;
      124:*) fail "port $port/tcp of $where has not answered within $connect_limit s. Does a firewall drop its packets?" ;;
      *refused*) fail "port $port/tcp of $where is closed. Is it a manager, and does no firewall refuse the port?" ;;
      *) fail "port $port/tcp of $where cannot be reached: ${said##*: }. Is there a way to it, and does no firewall turn it away?" ;;
    esac
  done
}

look() {
  read -r state id version < <(docker info --format '{{.Swarm.LocalNodeState}} {{or .Swarm.NodeID "-"}} {{.ServerVersion}}')
}

join() {
  local token said
  read -r token || [ -n "$token" ]
  look
  if [ "$state" != active ]; then
    [ "$(printf '%s\n' $oldest_engine "$version" | sort -V | head -n 1)" = $oldest_engine ] ||
      fail "its engine is Docker $version, and Swarm needs $oldest_engine or newer"
    if ! said=$(docker swarm join --token "$token" --advertise-addr "$ADDRESS" "$MANAGER_ADDRESS:$manager_port" 2>&1); then
      # Docker's client waits for 20 s; the engine goes on trying.
      while look && [ "$state" = pending ] && [ "$SECONDS" -lt $join_limit ]; do
        said=$(docker info --format '{{.Swarm.Error}}')
        [[ $said != *certificate* ]] || break
        sleep 0.5
      done
    fi
    look
    if [ "$state" != active ]; then
      docker swarm leave --force >/dev/null 2>&1 || true
      case $said in
        *"has expired or is not yet valid"*) fail "the clocks of the two differ (here it is $(date -u '+%F %T') UTC), and so certificates are not valid yet, or no more. Set both by NTP. Docker says: $said" ;;
        "") fail "the join has not come to an end within $join_limit s" ;;
        *) fail "Docker says: $said" ;;
      esac
    fi
  fi
  echo "$id"
}

remove_services() {
  local service
  for service in $(docker service ls --quiet 2>/dev/null || true); do
    services=some
    docker service rm "$service" >/dev/null 2>&1 || true
  done
}

has_tasks() { [ -n "$(docker ps --all --quiet --filter label=com.docker.swarm.task)" ]; }

# Only a manager knows.
others_are_ready() {
  grep -q '^false Ready' <<<"$(docker node ls --format '{{.Self}} {{.Status}}' 2>/dev/null)"
}

# Takes the engine out of the Swarm that is so marked, with all that this has made there. Where services are left their
# tasks end before, and a manager stays until the other nodes, who hear of it from the manager, have left: an engine that
# leaves with tasks on an overlay network finds no peers on such networks of its next Swarm (seen with 20.10).
leave_marked() {
  local state bridge services='' tries=0
  state=$(state)
  if ! bridge=$(docker volume inspect --format '{{range $label, $value := .Labels}}{{println $label $value}}{{end}}' "$VOLUME" 2>/dev/null); then
    [ "$state" != inactive ] || return 0
    echo "$NODE is in a Swarm, and the volume $VOLUME, by which the lab knows its own, is gone. If it is the lab's: docker swarm leave --force" >&2
    exit 1
  fi
  if [ "$state" != inactive ]; then
    remove_services
    while [ $tries -lt $going_tries ] && { has_tasks || { [ -n "$services" ] && others_are_ready; }; }; do
      sleep 0.25
      # What a killed run has begun over ssh comes to its end, and may have made one more.
      remove_services
      tries=$((tries + 1))
    done
    docker swarm leave --force >/dev/null
  fi
  tries=0
  while grep -Fxq -- "$SWARM_LABEL made" <<<"$bridge" && [ $tries -lt $left_bridge_tries ] &&
    docker network inspect docker_gwbridge >/dev/null 2>&1; do
    docker network rm docker_gwbridge >/dev/null 2>&1 || sleep 0.25
    tries=$((tries + 1))
  done
  docker volume rm "$VOLUME" >/dev/null
}

[ -z "$VOLUME" ] || [[ $1 != init && $1 != join ]] || mark
case $1 in
  # Makes the Swarm. Prints the token by which others join it.
  init) init ;;
  reach) reach ;;
  # Joins it by the token on standard input. Prints the id of the node.
  join) join ;;
  leave)
    if [ -n "$VOLUME" ]; then leave_marked; else docker swarm leave --force 2>/dev/null || true; fi
    ;;
esac
