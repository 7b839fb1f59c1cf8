#!/usr/bin/env bash
# An image for a lab host, from the user's own engine; this runs on the user's machine.
#   IMAGE  the image
#   HOST   the lab host's name
#   THERE  the words before a command that asks the lab host's engine, a line for each
set -euo pipefail
source words.sh
add_words "$THERE"
there() { "${words[@]}" docker "$@"; }

case $1 in
  # Where it is missing. What is pulled for that only is not kept here.
  bring)
    there image inspect "$IMAGE" >/dev/null 2>&1 && exit
    pulled=
    if ! docker image inspect "$IMAGE" >/dev/null 2>&1; then
      said=$(docker pull --quiet "$IMAGE" 2>&1) || {
        echo "unable to bring image $IMAGE to $HOST: $said" >&2
        exit 1
      }
      pulled=1
    fi
    docker save "$IMAGE" | there load --quiet >/dev/null
    if [ -n "$pulled" ]; then docker image rm "$IMAGE" >/dev/null; fi
    ;;
esac
