# shellcheck shell=bash
# What is done to the engine of a lab host itself.

# Repeats a command until it succeeds: within SECONDS MESSAGE COMMAND ...
within() {
  local last=$((SECONDS + $1)) otherwise=$2
  shift 2
  until "$@"; do
    [ "$SECONDS" -lt "$last" ] || {
      echo "$otherwise" >&2
      exit 1
    }
    sleep 0.05
  done
}

answers() { timeout 5 docker version >/dev/null 2>&1; }

# Ends the engine; what supervises it starts it again.
end_engine() {
  local pid
  pid=$(cat /var/run/docker.pid)
  kill -TERM "$pid"
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
}

# Has the engine read its configuration again.
reload_engine() {
  kill -HUP "$(cat /var/run/docker.pid)"
}
