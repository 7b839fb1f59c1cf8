#!/usr/bin/env bash
# Waits until a container is healthy.
#   CONTAINER      its name on the engine
#   LIMIT_SECONDS  how long at most
set -euo pipefail

case $1 in
  # What it waits for in vain is told with the output of the last check.
  wait)
    format='{{with .State.Health}}{{.Status}}{{end}}'
    while health=$(docker container inspect --format "$format" "$CONTAINER") && [ "$health" != healthy ]; do
      if [ "$SECONDS" -ge "$LIMIT_SECONDS" ]; then
        format='{{with .State.Health}}{{range .Log}}{{println .ExitCode .Output}}{{end}}{{end}}'
        last=$(docker container inspect --format "$format" "$CONTAINER" | sed '/^$/d' | tail -n 1)
        echo "it is not healthy within $LIMIT_SECONDS s; its last check: ${last:-none has ended}" >&2
        exit 1
      fi
      sleep 0.1
    done
    ;;
esac
