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

case $1 in
  # Waits until it answers. Prints its DOCKER_HOST.
  wait)
    docker exec "$CONTAINER" "${wait[@]}" || {
      docker logs --tail 20 "$CONTAINER" >&2
      exit 1
    }
    if [ -z "$TLS_PORT" ]; then
      echo "unix://$DIRECTORY/docker.sock"
    else
      docker cp "$CONTAINER:/etc/vethlab/tls/client/." "$DIRECTORY" >/dev/null
      chmod 600 "$DIRECTORY"/*.pem
      echo "tcp://$(docker port "$CONTAINER" "$TLS_PORT/tcp")"
    fi
    ;;
esac
