#!/usr/bin/env bash
# A container that knows others on the default bridge by name.
#   CONTAINER           its name on the engine
#   IMAGE, COMMAND      what runs in it; the command a line for each word
#   OPTIONS             options of `docker run`, likewise
#   LABELS              its labels, likewise
#   FIRST_WITHOUT_LINK  the first version of Docker that has no links
#   OWNER               whose the container is; its label says so
set -euo pipefail
source words.sh
source containers.sh

mark="vethlab.resource=$OWNER"

# Whether the container of the name is this resource's.
is_own() {
  local id labels
  id=$(container_id "$CONTAINER") &&
    labels=$(docker container inspect --format '{{range $label, $value := .Config.Labels}}{{println (printf "%s=%s" $label $value)}}{{end}}' "$id") &&
    grep -Fxq -- "$mark" <<<"$labels"
}

case $1 in
  # Starts it where it is not there. Prints its id, and its place on the default bridge (JSON).
  run)
    version=$(docker version --format '{{.Server.Version}}')
    if [ "${version%%.*}" -ge "$FIRST_WITHOUT_LINK" ]; then
      echo "Docker $version has no --link any more: use a BridgeNetwork, on which boxes know one another by name" >&2
      exit 1
    fi
    if ! is_own; then
      words=(--label "$mark")
      add_words "$OPTIONS"
      add_words "$LABELS" --label
      words+=("$IMAGE")
      add_words "$COMMAND"
      docker run --detach --name "$CONTAINER" "${words[@]}" >/dev/null || {
        # One that was made and cannot start would be in the way of the next try.
        if is_own; then docker rm --force --volumes "$CONTAINER" >/dev/null 2>&1; fi
        exit 1
      }
    fi
    docker container inspect --format '{"Id":{{json .Id}}{{with index .NetworkSettings.Networks "bridge"}},"IPAddress":{{json .IPAddress}},"IPPrefixLen":{{.IPPrefixLen}},"MacAddress":{{json .MacAddress}}{{end}}}' "$CONTAINER"
    ;;
  remove)
    if is_own; then docker rm --force --volumes "$CONTAINER" >/dev/null; fi
    ;;
esac
