#!/bin/sh
# What a lab must know of a machine of the user's before it stands there: one fact a line, the networks last. Changes nothing.
#   CONTAINER  Docker's format of a container
#   OWNER      Docker's format of a volume that marks a Swarm
#   MARK       the label of these volumes

echo "address $SSH_CONNECTION"
command -v docker >/dev/null || {
  echo "there is no docker" >&2
  exit 90
}
docker version --format 'server {{json .Server}}' || exit 91
docker info --format 'swarm {{.Swarm.LocalNodeState}}'
docker volume ls --filter "label=$MARK" --format "owner $OWNER"
echo "addresses $(ip -json address 2>/dev/null)"
echo "routes $(ip -json route 2>/dev/null)"
docker ps --all --format "container $CONTAINER"
echo networks
networks=$(docker network ls --quiet)
# shellcheck disable=SC2086 # a word for each network
[ -z "$networks" ] || docker network inspect $networks
