#!/usr/bin/env bash
# Runs a command on another host, with variables of this process: there they are words of `env`, whatever is in them.
# Arguments: the words before a command that run it there, --, the names of the variables, --, the command.
set -eo pipefail

there=()
while [ "$1" != -- ]; do
  there+=("$1")
  shift
done
shift
variables=()
while [ "$1" != -- ]; do
  variables+=("$1=${!1}")
  shift
done
shift
exec "${there[@]}" env "${variables[@]}" "$@"
