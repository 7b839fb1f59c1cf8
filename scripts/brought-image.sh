#!/usr/bin/env bash
# Images of a lab on a machine over ssh; this runs on the user's own. A tag for each stack tells who uses an image; one more,
# that it was brought and did not stand there before: with the last stack the image goes.
#   STACK  the stack
#   IMAGE  the image to bring: vethlab/NAME:TAG
#   THERE  the words before a command that run it on the machine, a line for each
set -euo pipefail
source words.sh
add_words "$THERE"
there() { "${words[@]}" "$@"; }

# On the machine: the stack uses none of its images any more.
drop() {
  listed() { docker image ls --filter "reference=$1" --format '{{.Repository}}:{{.Tag}}'; }
  for mine in $(listed "vethlab-$STACK/*"); do
    tag=${mine#*/}
    docker image rm "$mine" >/dev/null
    docker image inspect "vethlab-brought/$tag" >/dev/null 2>&1 || continue
    [ "$(listed "vethlab-*/$tag")" = "vethlab-brought/$tag" ] || continue
    docker image rm "vethlab-brought/$tag" "vethlab/$tag" >/dev/null
  done
}

case $1 in
  # Where it is missing.
  bring)
    tag=${IMAGE#vethlab/}
    if ! there docker image inspect "$IMAGE" >/dev/null 2>&1; then
      docker save "$IMAGE" | there docker load --quiet >/dev/null
      there docker tag "$IMAGE" "vethlab-brought/$tag"
    fi
    there docker tag "$IMAGE" "vethlab-$STACK/$tag"
    ;;
  drop) there env "STACK=$STACK" bash --norc -euo pipefail -c "$(declare -f drop); drop" ;;
esac
