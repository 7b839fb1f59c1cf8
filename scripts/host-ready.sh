#!/usr/bin/env bash
# The engine of a lab host, as the user's own machine reaches it; that is where this runs.
#   CONTAINER  the container that is the host
#   KIND       container, vm
#   DIRECTORY  the host's folder on the user's machine
#   TLS_PORT   the engine's port in the container; empty: it is reached by a socket in the folder
set -euo pipefail

case $KIND in
  # 1 to 8 s
  container) wait=(timeout 60 bash -c 'until curl -sf --unix-socket /var/run/docker.sock http://engine/_ping >/dev/null; do sleep 0.05; done') ;;
  vm) wait=(vethlab-vm ready) ;;
esac

# Says in words what has become of the host.
fail() {
  local name state what
  read -r name state < <(docker container inspect --format '{{.Name}} {{.State.Status}}' "$CONTAINER" 2>/dev/null) || true
  name=${name#/}
  case ${state:-gone} in
    running) what="the engine in it does not answer" ;;
    *) what="its container is ${state:-gone}" ;;
  esac
  {
    echo "the lab host ${name:-$CONTAINER} does not come up: $what"
    echo "what it said last:"
    docker logs --tail 200 "$CONTAINER" 2>&1 | grep -v level=info | tail -n 5 | cut -c 1-300 | sed 's/^/  /' || true
    echo "next: npx vethlab doctor says what this machine lacks; docker logs ${name:-$CONTAINER} has all that the engine said"
  } >&2
  exit 1
}

case $1 in
  # Waits until it answers. Prints its DOCKER_HOST.
  wait)
    docker exec "$CONTAINER" "${wait[@]}" || fail
    if [ -z "$TLS_PORT" ]; then
      echo "unix://$DIRECTORY/docker.sock"
    else
      docker cp "$CONTAINER:/etc/vethlab/tls/client/." "$DIRECTORY" >/dev/null
      chmod 600 "$DIRECTORY"/*.pem
      echo "tcp://$(docker port "$CONTAINER" "$TLS_PORT/tcp")"
    fi
    ;;
esac
