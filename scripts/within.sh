# shellcheck shell=bash

# Repeats a command until it succeeds: within SECONDS MESSAGE COMMAND ...
within() {
  local last=$((SECONDS + $1)) otherwise=$2
  shift 2
  until "$@"; do
    [ "$SECONDS" -lt "$last" ] || {
      echo "$otherwise" >&2
      exit 1
    }
    sleep 0.1
  done
}
