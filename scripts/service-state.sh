#!/bin/sh
# Tells all of a service at once, from its manager's engine: lines `vip`, `wanted`, `task` and `node`.
#
# SERVICE     its name on the engine
# NODE_LABEL  the label that holds a node's name in the lab: its engine has a host name of its own

tasks=$(docker service ps --quiet --no-trunc --filter desired-state=running -- "$SERVICE") || exit
mode='{{with .Spec.Mode.Replicated}}wanted {{.Replicas}}{{end}}'
docker service inspect --format "{{range .Endpoint.VirtualIPs}}{{println \`vip\` .Addr}}{{end}}$mode" -- "$SERVICE"
[ -n "$tasks" ] || exit 0
# shellcheck disable=SC2016
container='{{with .Status.ContainerStatus}}{{or .ContainerID `-`}}{{else}}-{{end}}'
networks='{{range .NetworksAttachments}}{{.Network.Spec.Name}}={{range .Addresses}}{{.}}{{end}} {{end}}'
task="task {{.ID}} {{.Slot}} {{or .NodeID \`-\`}} {{.Status.State}} $container $networks"
# shellcheck disable=SC2086
tasks=$(docker inspect --type task --format "$task" $tasks) || exit
printf '%s\n' "$tasks"
nodes=$(printf '%s\n' "$tasks" | cut -d ' ' -f 4 | grep -v '^-$' | sort -u)
# shellcheck disable=SC2086
[ -z "$nodes" ] || docker node inspect --format "node {{.ID}} {{index .Spec.Labels \"$NODE_LABEL\"}}" $nodes
