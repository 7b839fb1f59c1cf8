# shellcheck shell=bash
# Containers by their names. For a name the engine also takes the beginning of an id.

# The id of the container of a name; fails where there is none.
container_id() {
  local name id
  read -r name id < <(docker container inspect --format '{{.Name}} {{.Id}}' "$1" 2>/dev/null) || return
  [ "$name" = "/$1" ] || return
  echo "$id"
}
